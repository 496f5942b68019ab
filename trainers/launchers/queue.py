"""The queue: one marker file for every run that waits, ordered by name; inside are launcher and device it asks for.

The run folders are the truth; a marker only says that somebody wants the run to start. So there is no database to
repair: a lost marker is put back by resuming the run, a stray one is dropped when its run no longer waits. Looking
at the queue writes nothing, so a read-only folder can be looked at.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from softsil.runs.files import write_bytes
from softsil.runs.paths import is_run_id, service_folder

FIRST_PRIORITY, DEFAULT_PRIORITY, LAST_PRIORITY = 0, 5, 9
LOCAL = "local"


@dataclass(frozen=True)
class Waiting:
    """One run in the queue.

    Attributes:
        run_id: the run.
        priority: 0 (first) to 9 (last).
        number: of two runs with the same priority the one with the lower number starts first.
        path: the marker.
    """

    run_id: str
    priority: int
    number: int
    path: Path


def enqueue(root: Path, run_id: str, device: str, *, priority: int = DEFAULT_PRIORITY, launcher: str = LOCAL) -> None:
    """Put a run at the end of its priority.

    Args:
        root: the runs folder.
        run_id: the run.
        device: what it asks to train on.
        priority: 0 (first) to 9 (last).
        launcher: who is to start it.
    """
    dequeue(root, run_id)
    service_folder(root)
    # One more than the highest number so far keeps the order right even when the clock is set back.
    newest = max((one.number for one in waiting(root)), default=0)
    write_bytes(_marker(root, run_id, priority, max(newest + 1, time.time_ns())), f"{launcher} {device}".encode())


def dequeue(root: Path, run_id: str) -> None:
    """Take a run out of the queue, if it is in it."""
    for path in _folder(root).glob(f"*_{run_id}"):
        path.unlink(missing_ok=True)


def waiting(root: Path) -> list[Waiting]:
    """The waiting runs, next one first."""
    try:
        names = sorted(os.listdir(_folder(root)))
    except (FileNotFoundError, NotADirectoryError):
        return []
    found = ((name.split("_", 2), _folder(root) / name) for name in names if name.count("_") == 2)
    return [
        Waiting(parts[2], int(parts[0]), int(parts[1]), path)
        for parts, path in found
        if parts[0].isdecimal() and parts[1].isdecimal() and is_run_id(parts[2])
    ]


def queued(root: Path, launcher: str | None = None) -> list[str]:
    """Ids of the waiting runs, of all launchers or of one, next one first."""
    return [one.run_id for one in waiting(root) if launcher is None or _asks_for(one.path).startswith(f"{launcher} ")]


def places(root: Path) -> dict[str, int]:
    """Of every waiting run: 1 if its launcher starts it next, 2 for the one after."""
    counts: Counter[str] = Counter()
    found: dict[str, int] = {}
    for one in waiting(root):
        launcher = _asks_for(one.path).partition(" ")[0]
        counts[launcher] += 1
        found[one.run_id] = counts[launcher]
    return found


def set_priority(root: Path, run_id: str, priority: int) -> bool:
    """Give a waiting run another priority; among the runs of that one it keeps the place of its arrival.

    Returns:
        Whether the run waited.
    """
    for one in waiting(root):
        if one.run_id == run_id:
            try:
                os.replace(one.path, _marker(root, run_id, priority, one.number))
            except FileNotFoundError:  # left the queue since we listed it
                return False
            return True
    return False


def is_next(root: Path, run_id: str) -> bool:
    """Whether the queue is not paused and no run that asks for the same launcher and device waits before this one."""
    if is_paused(root):
        return False
    wishes = {one.run_id: _asks_for(one.path) for one in waiting(root)}
    mine = wishes.get(run_id)
    return next((other for other, wish in wishes.items() if wish == mine), run_id) == run_id


def pause(root: Path) -> None:
    """From now on no waiting run starts, whoever opens the folder; what trains goes on."""
    write_bytes(service_folder(root) / "paused", b"")


def unpause(root: Path) -> None:
    """Let waiting runs start again."""
    (root / ".softsil" / "paused").unlink(missing_ok=True)


def is_paused(root: Path) -> bool:
    """Whether somebody paused the queue."""
    return (root / ".softsil" / "paused").exists()


def _folder(root: Path) -> Path:
    return root / ".softsil" / "queue"


def _marker(root: Path, run_id: str, priority: int, number: int) -> Path:
    return _folder(root) / f"{priority}_{number:020d}_{run_id}"


def _asks_for(marker: Path) -> str:
    """Launcher and device, such as ``"local cuda:0"``."""
    try:
        text = marker.read_text()
    except FileNotFoundError:  # left the queue since we listed it
        return ""
    return text if " " in text else f"{LOCAL} {text}"  # markers of version 0.1 had the device only
