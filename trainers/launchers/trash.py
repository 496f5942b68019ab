"""Deleted runs: moved to the trash folder beside the runs, from where they come back or go for good."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from softsil.errors import RunNotFoundError
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, runs_root, service_folder
from softsil.runs.reader import RunReader, list_runs
from trainers.errors import LaunchError
from trainers.launchers.queue import dequeue


def delete(run_id: str, root: str | Path | None = None) -> Path:
    """Move an ended run to the trash; the folder it is in now.

    Raises:
        LaunchError: the run is active, or the trash holds a run of this id already.
    """
    reader = RunReader(run_id, root)
    state = reader.status.state
    if state.needs_process or (state.is_active and is_held(reader.paths.alive_lock)):
        raise LaunchError(f"{reader.name} is {state}; stop it before you delete it")
    target = RunPaths(_folder(reader.paths.root), run_id).folder
    if target.exists():
        raise LaunchError(f"the trash holds {run_id} already; restore that one elsewhere or empty the trash first")
    service_folder(reader.paths.root)
    target.parent.mkdir(exist_ok=True)
    dequeue(reader.paths.root, run_id)
    os.replace(reader.paths.folder, target)
    return target


def trash(root: str | Path | None = None) -> list[RunReader]:
    """The deleted runs, newest first."""
    return list_runs(_folder(runs_root(root)))


def restore(run_id: str, root: str | Path | None = None) -> Path:
    """Move a run back out of the trash; the folder it is in now.

    Raises:
        RunNotFoundError: the trash holds no such run.
        LaunchError: there is a run of this id among the others again.
    """
    folder = runs_root(root)
    paths, source = RunPaths(folder, run_id), RunPaths(_folder(folder), run_id).folder
    if not source.is_dir():
        raise RunNotFoundError(f"the trash holds no run {run_id!r}; list it with: python -m trainers trash")
    if paths.folder.exists():
        raise LaunchError(f"there is a run {run_id} already; delete or move that one first")
    os.replace(source, paths.folder)
    return paths.folder


def erase(run_ids: Sequence[str], root: str | Path | None = None) -> None:
    """Remove runs in the trash for good.

    Raises:
        RunNotFoundError: the trash holds no such run; nothing is removed then.
    """
    folders = [RunPaths(_folder(runs_root(root)), run_id).folder for run_id in run_ids]
    for folder in folders:
        if not folder.is_dir():
            raise RunNotFoundError(f"the trash holds no run {folder.name!r}")
    for folder in folders:
        shutil.rmtree(folder)


def _folder(root: Path) -> Path:
    return root / ".softsil" / "trash"
