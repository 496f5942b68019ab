"""Runs as one zip file: whole run folders that another softsil imports, with histories that spreadsheets read."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.exports.registry import EXPORTS, ExportFormat
from trainers.exports.table import history_csv


def write_zip(readers: Sequence[RunReader], target: Path, *, with_model: bool = False) -> None:
    """Write ``history.csv`` and the own files of each run to a zip.

    Args:
        readers: the runs; they may still be training.
        target: the zip file, replaced if it exists.
        with_model: include the checkpoints.

    Raises:
        OSError: the target cannot be written; nothing is left there.
    """
    temporary = target.with_name(f".{target.name}.tmp-{os.getpid()}")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for reader in readers:
                _add_run(archive, reader, with_model)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _add_run(archive: zipfile.ZipFile, reader: RunReader, with_model: bool) -> None:
    archive.writestr(f"{reader.run_id}/history.csv", history_csv([reader]))
    for path in sorted(reader.paths.folder.rglob("*")):
        inside = path.relative_to(reader.paths.folder)
        if path.is_file() and _belongs(inside, with_model):
            with contextlib.suppress(FileNotFoundError):  # a training run drops checkpoints it no longer keeps
                archive.write(path, Path(reader.run_id, inside))


def _belongs(inside: Path, with_model: bool) -> bool:
    return (
        inside.name not in ("alive.lock", "stop", "history.csv")
        and ".tmp-" not in inside.name
        and (with_model or inside.parts[0] != "model")
    )


EXPORTS.register(
    ExportFormat("zip", "run folders to open in another softsil (python -m trainers import)", ".zip", write_zip)
)
EXPORTS.register(
    ExportFormat(
        "zip-with-model",
        "the same with the checkpoints, so that the run can be resumed elsewhere",
        ".zip",
        partial(write_zip, with_model=True),
    )
)
