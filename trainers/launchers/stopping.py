"""Stopping a run: first a request that its job hears after its step, then by force."""

from __future__ import annotations

from collections.abc import Callable

from softsil.errors import RunBusyError, UnreadableFileError
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import RunPaths
from softsil.runs.status import RunStatus, State, current_status, write_status
from trainers.launchers.queue import dequeue


def request_stop(paths: RunPaths, kill: Callable[[RunPaths], None]) -> None:
    """Ask a run to stop after its step; asked a second time, ``kill`` it. Stopping an ended run does nothing."""
    dequeue(paths.root, paths.run_id)
    if not is_held(paths.alive_lock) and _ended_without_job(paths):
        return
    if not paths.stop_request.exists():
        paths.stop_request.touch()
        return
    kill(paths)


def _ended_without_job(paths: RunPaths) -> bool:
    """Mark a run that still waits as stopped; False if its job has begun in this very moment, or lives elsewhere."""
    state = _status(paths).state
    if state is not State.QUEUED:
        return not state.needs_process
    try:
        with hold(paths.alive_lock):  # keeps its job from beginning while we write
            status = _status(paths)
            if status.state is State.QUEUED:
                write_status(paths, status.changed(state=State.STOPPED, message=None))
    except RunBusyError:
        return False
    return True


def _status(paths: RunPaths) -> RunStatus:
    try:
        return current_status(paths)
    except UnreadableFileError:
        return RunStatus(State.CRASHED)
