"""What a Ray worker does: train one run, from its last checkpoint if it has one."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from softsil.errors import RunBusyError
from softsil.runs.heartbeat import STALE_SECONDS, Heartbeat, beats_elsewhere
from softsil.runs.lock import Hold, hold
from softsil.runs.paths import RunPaths
from softsil.runs.status import State, read_status
from trainers.compute import ALLOTTED_VARIABLE, limit_threads
from trainers.config import read_run
from trainers.endings import end, end_failed
from trainers.job import introduce, stop_check, train
from trainers.launchers.queue import is_paused

# A network file system gives the lock of a machine that died back after its lease, 90 seconds on most servers.
LOCK_SECONDS = 120.0
POLL_SECONDS = 1.0


def carry_out(folder: Path, cpus: int, gpus: int, node: str) -> None:
    """Train the run in ``folder``, printing into its log, if it still waits and the queue is not paused.

    Args:
        folder: the run folder, on storage that this node shares with the launcher.
        cpus: processors that Ray gave us.
        gpus: graphics cards that it gave us, the only ones that torch sees.
        node: address of this node, for the status.

    Raises:
        FileNotFoundError: this node does not see the run folder.
        RunBusyError: an earlier worker still holds the run.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"node {node} does not see {folder}; put the runs folder on storage all nodes share")
    paths = RunPaths(folder.parent, folder.name)
    with _printing_into(paths.log):
        lock = _claim(paths)
        if read_status(paths).state is not State.QUEUED or is_paused(paths.root):  # since it was handed over
            lock.release()
            return
        try:
            with Heartbeat(paths.heartbeat, taken_over=_leave):
                _train(paths, lock, cpus, gpus, node)
        except KeyboardInterrupt:  # Ray takes back a task that waits; this one began in that very moment
            _leave()


def _claim(paths: RunPaths) -> Hold:
    """The run's lock, once the worker before us is dead for sure: neither lock nor sign of life."""
    deadline = time.monotonic() + LOCK_SECONDS
    lock = hold(paths.alive_lock, wait_seconds=LOCK_SECONDS)
    while beats_elsewhere(paths.heartbeat):
        if time.monotonic() > deadline + STALE_SECONDS:
            lock.release()
            raise RunBusyError(f"{paths.run_id} is still trained on another node")
        time.sleep(POLL_SECONDS)
    return lock


def _train(paths: RunPaths, lock: Hold, cpus: int, gpus: int, node: str) -> None:
    os.environ[ALLOTTED_VARIABLE] = str(cpus)
    stop_requested = stop_check(paths)
    try:
        introduce(paths)
        config = read_run(paths)
        limit_threads(config)
    except Exception as error:
        end_failed(paths, lock, None, error)
        return
    if stop_requested():
        end(paths, lock, None, State.STOPPED)
        return
    devices = tuple(f"cuda:{index}" for index in range(gpus)) or ("cpu",)
    train(paths, lock, config, devices, stop_requested, place=f"{', '.join(devices)} on {node}")


def _leave() -> None:
    """Write nothing more, as if killed; whoever has the run next goes on from its last checkpoint."""
    os._exit(1)


@contextlib.contextmanager
def _printing_into(log: Path) -> Iterator[None]:
    """Everything printed goes to ``log``: a worker may train several runs, one after the other."""
    kept = [(stream, os.dup(stream.fileno())) for stream in (sys.__stdout__, sys.__stderr__) if stream is not None]
    with log.open("ab") as file, contextlib.redirect_stdout(sys.__stdout__), contextlib.redirect_stderr(sys.__stderr__):
        for stream, _ in kept:
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
        try:
            yield
        finally:
            for stream, descriptor in kept:
                stream.flush()
                os.dup2(descriptor, stream.fileno())
                os.close(descriptor)
