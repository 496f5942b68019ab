"""The local launcher: run folders, a queue of markers, and a supervisor that is started when there is work."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from softsil.errors import RunBusyError, UnreadableFileError
from softsil.runs.creation import create_run
from softsil.runs.files import read_json
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import RunPaths, new_run_id, runs_root, service_folder
from softsil.runs.reader import RunReader
from softsil.runs.status import RunStatus, State, current_status, read_status, write_status
from trainers.config import ExperimentConfig, RunConfig, read_run
from trainers.errors import LaunchError
from trainers.launchers.process import kill_run, start_detached
from trainers.launchers.queue import DEFAULT_PRIORITY, dequeue, enqueue, is_paused, queued
from trainers.projector import ensure_projector
from trainers.slots import slots_for

KILL_WAIT_SECONDS = 5.0


def launch(
    experiment: ExperimentConfig,
    root: str | Path | None = None,
    *,
    priority: int = DEFAULT_PRIORITY,
    maps: bool = True,
) -> list[str]:
    """Queue every run of an experiment and see that the supervisor runs; see :func:`launch_runs`."""
    return launch_runs(experiment.runs(), root, priority=priority, maps=maps)


def launch_runs(
    configs: Sequence[RunConfig],
    root: str | Path | None = None,
    *,
    priority: int = DEFAULT_PRIORITY,
    maps: bool = True,
) -> list[str]:
    """Queue runs and see that the supervisor runs.

    Args:
        configs: what to train.
        root: the runs folder.
        priority: 0 (first) to 9 (last).
        maps: see that the projector runs, too.

    Returns:
        The ids of the new runs, in the order in which they will start.

    Raises:
        LaunchError: a device is not here; nothing is queued then.
        OSError: the runs folder cannot be written; nothing is queued then, either.
    """
    folder = runs_root(root)
    for device in {config.device for config in configs}:
        slots_for(device, folder)
    submitted: list[str] = []
    try:
        for config in configs:
            submitted.append(_submit(config, folder, priority))
    except OSError:
        for run_id in submitted:
            _withdraw(RunPaths(folder, run_id))
        raise
    ensure_services(folder, maps=maps)
    return submitted


def stop(run_id: str, root: str | Path | None = None) -> None:
    """Ask a run to stop after its step; asked a second time, kill it. Stopping an ended run does nothing.

    Raises:
        LaunchError: the run belongs to somebody's own program, which is not ours to end.
    """
    reader = RunReader(run_id, root)
    if reader.config.get("kind") == "recorded":
        raise LaunchError(f"{reader.name} is recorded by another program; stop it there")
    paths = reader.paths
    dequeue(paths.root, run_id)
    if not is_held(paths.alive_lock) and _ended_without_job(paths):
        return
    if not paths.stop_request.exists():
        paths.stop_request.touch()
        return
    if kill_run(read_status(paths), paths.alive_lock):
        _wait_until_free(paths)
        write_status(paths, read_status(paths).changed(state=State.STOPPED, message=None, seconds_left=None))
        paths.stop_request.unlink(missing_ok=True)


def resume(run_id: str, root: str | Path | None = None, *, maps: bool = True) -> None:
    """Queue a stopped, failed or crashed run again; it goes on from its last checkpoint.

    Args:
        run_id: the run.
        root: the runs folder.
        maps: see that the projector runs, too.

    Raises:
        LaunchError: the run is active, done, not one of the trainers, or its settings no longer make sense.
        UnreadableFileError: its settings cannot be read.
    """
    reader = RunReader(run_id, root)
    paths, status = reader.paths, reader.status
    if read_json(paths.config).get("kind") != "training":
        raise LaunchError(f"{reader.name} was recorded by another program; start it there again")
    lost = status.state is State.QUEUED and run_id not in queued(paths.root)
    if (status.state.is_active and not lost) or is_held(paths.alive_lock):
        raise LaunchError(f"{reader.name} is {status.state}; only a stopped, failed or crashed run can be resumed")
    if status.state is State.DONE:
        raise LaunchError(f"{reader.name} is done; there is nothing left to train")
    device = read_run(paths).device
    paths.stop_request.unlink(missing_ok=True)
    write_status(paths, status.changed(state=State.QUEUED, error=None, message=None, pid=None, step=0))
    enqueue(paths.root, run_id, device)
    ensure_services(paths.root, maps=maps)


def queue_position(run_id: str, root: str | Path | None = None) -> int | None:
    """1 for the run that starts next, None for one that does not wait."""
    waiting = queued(runs_root(root))
    return waiting.index(run_id) + 1 if run_id in waiting else None


def ensure_services(root: str | Path | None = None, *, maps: bool = True) -> None:
    """Start the supervisor if somebody waits and none runs and, with ``maps``, the projector if none runs."""
    folder = runs_root(root)
    ensure_supervisor(folder)
    if maps:
        ensure_projector(folder)


def ensure_supervisor(root: Path) -> None:
    """Start the supervisor of a runs folder if somebody waits and none runs."""
    service = service_folder(root)
    if queued(root) and not is_paused(root) and not is_held(service / "supervisor.lock"):
        start_detached("trainers.launchers.supervisor", root, service / "supervisor.log")


def _submit(config: RunConfig, root: Path, priority: int) -> str:
    paths = RunPaths(root, new_run_id(config.name))
    create_run(
        paths,
        name=config.name,
        experiment=config.experiment or None,
        kind="training",
        config=config.model_dump(mode="json"),
        epochs=config.epochs,
    )
    try:
        enqueue(root, paths.run_id, config.device, priority=priority)
    except OSError:
        _withdraw(paths)
        raise
    return paths.run_id


def _withdraw(paths: RunPaths) -> None:
    """Take back a run of a launch that did not come to its end, unless a job has it already."""
    dequeue(paths.root, paths.run_id)
    if not is_held(paths.alive_lock):
        shutil.rmtree(paths.folder, ignore_errors=True)


def _status(paths: RunPaths) -> RunStatus:
    try:
        return current_status(paths)
    except UnreadableFileError:
        return RunStatus(State.CRASHED)


def _ended_without_job(paths: RunPaths) -> bool:
    """Mark a run that still waits as stopped; False if its job has begun in this very moment."""
    if _status(paths).state is not State.QUEUED:
        return True
    try:
        with hold(paths.alive_lock):  # keeps its job from beginning while we write
            status = _status(paths)
            if status.state is State.QUEUED:
                write_status(paths, status.changed(state=State.STOPPED, message=None))
    except RunBusyError:
        return False
    return True


def _wait_until_free(paths: RunPaths) -> None:
    deadline = time.monotonic() + KILL_WAIT_SECONDS
    while is_held(paths.alive_lock) and time.monotonic() < deadline:
        time.sleep(0.02)
