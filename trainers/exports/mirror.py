"""The runs folder as TensorBoard event files: a folder a run, to which only what is new is added."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader
from trainers.exports.registry import need
from trainers.exports.scalars import scalars
from trainers.exports.tensorboard import add_embeddings


class Mirror:
    """Event files of runs.

    What an earlier mirror left in the folder is removed and written anew: nobody knows how far it had got.

    Args:
        folder: where the event files go; nothing else is kept there.

    Raises:
        LaunchError: TensorBoard is not installed.
    """

    def __init__(self, folder: Path) -> None:
        need("tensorboard", "tensorboard")
        self.folder = folder
        self._writers: dict[str, Any] = {}
        self._written: dict[str, set[tuple[str, int]]] = {}
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def update(self, runs: Sequence[RunReader]) -> int:
        """Add what is new in these runs; the number of values added."""
        return sum(self._update(run) for run in runs)

    def _update(self, run: RunReader) -> int:
        written = self._written.setdefault(run.run_id, set())
        new = [scalar for scalar in scalars(run) if (scalar.name, scalar.epoch) not in written]
        if not new:
            return 0
        writer = self._writer(run)
        for name, value, epoch, time in new:
            writer.add_scalar(name, value, epoch, walltime=time)
            written.add((name, epoch))
        if not run.status.state.is_active:
            add_embeddings(writer, run)
        writer.flush()
        return len(new)

    def _writer(self, run: RunReader) -> Any:
        from torch.utils.tensorboard import SummaryWriter

        if run.run_id not in self._writers:
            self._writers[run.run_id] = SummaryWriter(str(self.folder / folder_name(run.name, run.run_id)))
        return self._writers[run.run_id]


def folder_name(name: str, run_id: str) -> str:
    """What TensorBoard calls a run: its name, made unique by the end of its id."""
    plain = "".join(letter if letter.isalnum() or letter in "+-_ ()=" else "_" for letter in name).strip()
    return f"{plain or 'run'} {run_id[-4:]}"
