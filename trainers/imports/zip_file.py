"""Run folders out of a zip: every name and size is checked before anything is unpacked."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from softsil.errors import SoftsilError
from softsil.runs.files import MAX_UNPACKED_BYTES, read_json
from softsil.runs.paths import RunPaths, is_run_id, service_folder
from softsil.runs.samples import Samples
from softsil.runs.status import State, read_status, write_status
from trainers.errors import ImportFailedError

MAX_FILES = 100_000
# What a run folder holds; anything else in a zip is a mistake or worse. history.csv is made by the export.
_KNOWN = re.compile(
    r"config\.json|status\.json|notes\.json|metrics\.jsonl|samples\.npz|log\.txt|history\.csv"
    r"|(embeddings|predictions|silhouettes)/epoch_\d{5,9}\.npy"
    r"|projections/[a-z0-9]+(-[a-z0-9]+){1,4}/(config\.json|frame_\d{5,9}\.(npy|json))"
    r"|model/(manifest\.json|[A-Za-z0-9_.-]+\.(safetensors|pt))"
)


def import_zip(source: Path | IO[bytes], root: Path) -> list[str]:
    """Unpack the runs of a zip that ``export`` wrote into the runs folder.

    Nothing is unpacked into the runs folder before every file of every run has been read and understood.

    Args:
        source: the zip, as a path or an open file.
        root: the runs folder.

    Returns:
        The ids of the runs, which are new in ``root``.

    Raises:
        ImportFailedError: not such a zip, a file that does not belong into a run folder or cannot be read, too large,
            or a run that is there already; the message says which.
    """
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=service_folder(root), prefix="import-") as folder:
        place = Path(folder)
        run_ids = _unpack(source, place)
        for run_id in run_ids:
            if (root / run_id).exists():
                raise ImportFailedError(f"the run {run_id} is already there; delete it first to import it again")
            _check(RunPaths(place, run_id))
        for run_id in run_ids:
            shutil.move(place / run_id, root / run_id)
    return run_ids


def _unpack(source: Path | IO[bytes], place: Path) -> list[str]:
    try:
        with zipfile.ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            run_ids = _run_ids(members)
            for member in members:
                target = place / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, target.open("wb") as file:
                    _copy(packed, file, member)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise ImportFailedError(f"this is not a zip of runs, as Export writes it: {error}") from error
    return run_ids


def _run_ids(members: list[zipfile.ZipInfo]) -> list[str]:
    if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise ImportFailedError(
            f"the zip would unpack to more than {MAX_UNPACKED_BYTES // 2**30} GiB or {MAX_FILES:,} files; "
            "export fewer runs at a time"
        )
    found: dict[str, set[str]] = {}
    for member in members:
        run_id, _, inside = member.filename.partition("/")
        if not is_run_id(run_id) or not _KNOWN.fullmatch(inside):
            raise ImportFailedError(f"{member.filename!r} does not belong into a zip of runs, as Export writes it")
        found.setdefault(run_id, set()).add(inside)
    for run_id, names in found.items():
        if not {"config.json", "status.json"} <= names:
            raise ImportFailedError(f"{run_id} has no config.json or no status.json; export the run again")
    if not found:
        raise ImportFailedError("the zip holds no run; choose a file that Export wrote")
    return sorted(found)


def _copy(packed: IO[bytes], file: IO[bytes], member: zipfile.ZipInfo) -> None:
    """At most as many bytes as the zip announced: its table may lie."""
    left = member.file_size
    while block := packed.read(min(2**20, left + 1)):
        left -= len(block)
        if left < 0:
            raise ImportFailedError(f"{member.filename} is larger than the zip says; export the run again")
        file.write(block)


def _check(paths: RunPaths) -> None:
    """Read what a page would read, and make the run one that has ended, with no process of another machine."""
    try:
        if paths.samples.exists():
            Samples.read(paths.samples)
        for path in paths.folder.rglob("*.json"):
            read_json(path)
        for path in paths.folder.rglob("*.npy"):
            _check_array(path)
        status = read_status(paths)
    except SoftsilError as error:
        raise ImportFailedError(f"{error}; export the run again") from error
    (paths.folder / "history.csv").unlink(missing_ok=True)
    status = status.changed(pid=None, process_started=None, process_group=None)
    write_status(paths, status.changed(state=State.STOPPED, message=None) if status.state.is_active else status)


def _check_array(path: Path) -> None:
    try:
        # As a memory map: a header that promises more than the file holds is refused before anything is allocated.
        np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ImportFailedError(f"{path.parent.name}/{path.name} is not an array: {error}") from error
