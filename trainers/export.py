"""A run as one zip file that spreadsheets and NumPy read."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import zipfile
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader


def export_run(reader: RunReader, target: Path, *, with_model: bool = False) -> Path:
    """Write ``history.csv`` and the run's own files to a zip; the file written.

    Args:
        reader: the run; it may still be training.
        target: the zip file, replaced if it exists.
        with_model: include the checkpoints.

    Raises:
        OSError: the target cannot be written; nothing is left there.
    """
    temporary = target.with_name(f".{target.name}.tmp-{os.getpid()}")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{reader.run_id}/history.csv", history_table(reader))
            for path in sorted(reader.paths.folder.rglob("*")):
                inside = path.relative_to(reader.paths.folder)
                if path.is_file() and _belongs(inside, with_model):
                    with contextlib.suppress(FileNotFoundError):  # a training run drops checkpoints it no longer keeps
                        archive.write(path, Path(reader.run_id, inside))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def history_table(reader: RunReader) -> str:
    """The history as CSV: one row for each epoch and split, lists spread over columns ``name/0``, ``name/1``, …."""
    rows = [_flat(row) for row in reader.history()]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= {f"{name}/{i}": item for i, item in enumerate(value)} if isinstance(value, list) else {name: value}
    return flat


def _belongs(inside: Path, with_model: bool) -> bool:
    return (
        inside.name not in ("alive.lock", "stop")
        and ".tmp-" not in inside.name
        and (with_model or inside.parts[0] != "model")
    )
