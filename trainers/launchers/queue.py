"""The queue: one marker file for every run that waits, ordered by name; inside is the device it asks for.

The run folders are the truth; a marker only says that somebody wants the run to start. So there is no database to
repair: a lost marker is put back by resuming the run, a stray one is dropped when its run no longer waits.
"""

from __future__ import annotations

import time
from pathlib import Path

from softsil.runs.files import write_bytes
from softsil.runs.paths import is_run_id, service_folder

DEFAULT_PRIORITY = 5


def _folder(root: Path) -> Path:
    folder = service_folder(root) / "queue"
    folder.mkdir(exist_ok=True)
    return folder


def enqueue(root: Path, run_id: str, device: str, *, priority: int = DEFAULT_PRIORITY) -> None:
    """Put a run at the end of its priority.

    Args:
        root: the runs folder.
        run_id: the run.
        device: what it asks to train on.
        priority: 0 (first) to 9 (last).
    """
    dequeue(root, run_id)
    folder = _folder(root)
    # One more than the highest number so far keeps the order right even when the clock is set back.
    newest = max((int(name.split("_")[1]) for name in _names(folder)), default=0)
    write_bytes(folder / f"{priority}_{max(newest + 1, time.time_ns()):020d}_{run_id}", device.encode())


def dequeue(root: Path, run_id: str) -> None:
    """Take a run out of the queue, if it is in it."""
    for path in _folder(root).glob(f"*_{run_id}"):
        path.unlink(missing_ok=True)


def queued(root: Path) -> list[str]:
    """Ids of the waiting runs, next one first."""
    return [name.split("_", 2)[2] for name in _names(_folder(root))]


def is_next(root: Path, run_id: str) -> bool:
    """Whether no run that asks for the same device waits before this one."""
    markers = [_folder(root) / name for name in _names(_folder(root))]
    devices = {path.name.split("_", 2)[2]: _device(path) for path in markers}
    mine = devices.get(run_id)
    return next((other for other, device in devices.items() if device == mine), run_id) == run_id


def _device(marker: Path) -> str:
    try:
        return marker.read_text()
    except FileNotFoundError:  # left the queue since we listed it
        return ""


def _names(folder: Path) -> list[str]:
    parts = (path.name for path in folder.iterdir())
    return sorted(name for name in parts if name.count("_") == 2 and is_run_id(name.split("_")[2]))
