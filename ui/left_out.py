"""What the maps and curves of a run lack, and why, in sentences for the page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from softsil.errors import UnreadableFileError
from softsil.runs.reader import RunReader
from ui.stamps import Stamp, stamp

MOST_SENTENCES = 3
_LONGEST_LOG_BYTES = 20_000


def left_out(reader: RunReader) -> tuple[str, ...]:
    """Sentences on what could not be drawn, or was not recorded."""
    return (*_skipped(reader), *_not_recorded(reader))


def _skipped(reader: RunReader) -> tuple[str, ...]:
    """Embeddings that the projector passes over, as far as it has come: it goes from the first epoch to the last."""
    drawn = {epoch for key in reader.projections() for epoch in reader.frame_epochs(key)}
    if not drawn:
        return ()
    bad: dict[int, str] = {}
    for epoch in reader.embedding_epochs():
        if epoch in drawn:
            continue
        why = _unreadable(reader.paths.root, reader.run_id, epoch, stamp(reader.paths.embeddings(epoch)))
        if why is None:  # its frame is still to come, as are those after it
            break
        bad[epoch] = why
    if not bad:
        return ()
    first = next(iter(bad))
    return (f"{reader.name}: no map at {_epochs(list(bad))}. Epoch {first}: {bad[first]}",)


@lru_cache(maxsize=4096)
def _unreadable(root: Path, run_id: str, epoch: int, written: Stamp) -> str | None:
    del written  # only part of the key
    try:
        RunReader(run_id, root).embeddings(epoch)
    except UnreadableFileError as error:
        return str(error)
    return None


def _epochs(epochs: list[int]) -> str:
    if len(epochs) == 1:
        return f"epoch {epochs[0]}"
    shown = ", ".join(map(str, epochs[:5]))
    return f"epochs {shown}" + (f" and {len(epochs) - 5} more" if len(epochs) > 5 else "")


def _not_recorded(reader: RunReader) -> tuple[str, ...]:
    """What the recorder of somebody's own loop did not take; it writes nothing else into its log."""
    if reader.config.get("kind") != "recorded":
        return ()
    lines = _log_lines(reader.paths.log, stamp(reader.paths.log))
    more = (f"{reader.name}: {len(lines) - MOST_SENTENCES} more in {reader.run_id}/log.txt",)
    return (*(f"{reader.name}: {line}" for line in lines[:MOST_SENTENCES]), *more[: len(lines) > MOST_SENTENCES])


@lru_cache(maxsize=256)
def _log_lines(path: Path, written: Stamp) -> tuple[str, ...]:
    if not written[1]:
        return ()
    with path.open("rb") as file:
        text = file.read(_LONGEST_LOG_BYTES).decode(errors="replace")
    return tuple(line for line in map(str.strip, text.splitlines()) if line)
