"""Launching, stopping and resuming runs: every call goes to the launcher that the run belongs to."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from softsil.runs.creation import create_run
from softsil.runs.files import read_json
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, new_run_id, runs_root
from softsil.runs.reader import RunReader
from softsil.runs.status import State, write_status
from trainers.config import ExperimentConfig, RunConfig, read_run
from trainers.errors import LaunchError
from trainers.launchers.queue import DEFAULT_PRIORITY, dequeue, queued
from trainers.launchers.registry import LAUNCHERS, Launcher, chosen_launcher, launcher_of
from trainers.projector import ensure_projector


def launch(
    experiment: ExperimentConfig,
    root: str | Path | None = None,
    *,
    priority: int = DEFAULT_PRIORITY,
    maps: bool = True,
    launcher: str | None = None,
) -> list[str]:
    """Queue every run of an experiment and see that it is served; see :func:`launch_runs`."""
    return launch_runs(experiment.runs(), root, priority=priority, maps=maps, launcher=launcher)


def launch_runs(
    configs: Sequence[RunConfig],
    root: str | Path | None = None,
    *,
    priority: int = DEFAULT_PRIORITY,
    maps: bool = True,
    launcher: str | None = None,
) -> list[str]:
    """Queue runs and see that somebody serves the queue.

    Args:
        configs: what to train.
        root: the runs folder.
        priority: 0 (first) to 9 (last).
        maps: see that the projector runs, too.
        launcher: who trains them; default ``$SOFTSIL_LAUNCHER``, else the local one.

    Returns:
        The ids of the new runs, in the order in which they will start.

    Raises:
        LaunchError: a run could not be trained this way; nothing is queued then.
        UnknownNameError: there is no such launcher.
        OSError: the runs folder cannot be written; nothing is queued then, either.
    """
    folder, chosen = runs_root(root), chosen_launcher(launcher)
    missing = chosen.unavailable()
    if missing is not None:
        raise LaunchError(missing)
    for config in configs:
        chosen.check(config, folder)
    submitted: list[str] = []
    try:
        for config in configs:
            submitted.append(_submit(config, folder, chosen, priority))
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
    launcher_of(reader.paths).cancel(reader.paths)


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
    launcher = launcher_of(paths)
    lost = status.state is State.QUEUED and launcher.queue_position(paths) is None
    if status.state is State.DONE:
        raise LaunchError(f"{reader.name} is done; there is nothing left to train")
    if status.state.is_active and not lost:
        raise LaunchError(f"{reader.name} is {status.state}; only a stopped, failed or crashed run can be resumed")
    if is_held(paths.alive_lock):
        raise LaunchError(f"{reader.name} is {status.state}, but its process has not ended yet; try again in a moment")
    config = read_run(paths)
    paths.stop_request.unlink(missing_ok=True)
    write_status(paths, status.changed(state=State.QUEUED, error=None, message=None, pid=None, step=0))
    launcher.submit(paths, config)
    ensure_services(paths.root, maps=maps)


def queue_position(run_id: str, root: str | Path | None = None) -> int | None:
    """1 for the run that its launcher starts next, None for one that does not wait."""
    paths = RunPaths(runs_root(root), run_id)
    return launcher_of(paths).queue_position(paths)


def ensure_services(root: str | Path | None = None, *, maps: bool = True) -> None:
    """Start what serves the queue if somebody waits and nobody does and, with ``maps``, the projector if none runs."""
    folder = runs_root(root)
    for launcher in LAUNCHERS:
        launcher.serve(folder)
    if maps:
        ensure_projector(folder)


def holdups(root: Path) -> list[str]:
    """Why nobody takes some of the waiting runs from the queue, one sentence for each launcher concerned."""
    found = ((launcher, launcher.holdup(root)) for launcher in LAUNCHERS if queued(root, launcher.name))
    return [f"{launcher.title}: {why}; its runs wait for an app that knows it" for launcher, why in found if why]


def _submit(config: RunConfig, root: Path, launcher: Launcher, priority: int) -> str:
    paths = RunPaths(root, new_run_id(config.name))
    create_run(
        paths,
        name=config.name,
        experiment=config.experiment or None,
        kind="training",
        config=config.model_dump(mode="json"),
        epochs=config.epochs,
        launcher=launcher.name,
    )
    try:
        launcher.submit(paths, config, priority=priority)
    except OSError:
        _withdraw(paths)
        raise
    return paths.run_id


def _withdraw(paths: RunPaths) -> None:
    """Take back a run of a launch that did not come to its end, unless a job has it already."""
    dequeue(paths.root, paths.run_id)
    if not is_held(paths.alive_lock):
        shutil.rmtree(paths.folder, ignore_errors=True)
