"""Starting processes that outlive us, and ending those that are ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from softsil.runs.status import RunStatus

_PROJECT = Path(__file__).resolve().parents[2]
# Threads that wait by spinning make two jobs on the same cores tens of times slower than in turn.
_POLITE_THREADS = {"OMP_WAIT_POLICY": "PASSIVE"}
_START_TOLERANCE_SECONDS = 1.0


def start_detached(module: str, argument: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start ``python -m module argument`` in a session of its own, its output appended to ``log``.

    It survives the page, the app and the terminal it was started from.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", module, str(argument)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            close_fds=True,
            env=child_environment(),
        )


def child_environment() -> dict[str, str]:
    """Environment of a process of ours, wherever it is started from."""
    path = os.pathsep.join(filter(None, [str(_PROJECT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **_POLITE_THREADS}


def kill_run(status: RunStatus, lock: Path | None = None) -> bool:
    """Kill the process group of a run; whether there was one to kill.

    A reused process id is somebody else's, so more must be true of the process: it started when the status says, or it
    has the run's lock file open, which holds when the clock was changed, too: start times are told in clock time. The
    whole group goes, because data loader workers outlive a killed parent.

    Args:
        status: names the process.
        lock: the run's ``alive.lock``.
    """
    if status.pid is None or status.process_started is None:
        return False
    try:
        process = psutil.Process(status.pid)
        same_start = abs(process.create_time() - status.process_started) <= _START_TOLERANCE_SECONDS
        if not same_start and not (lock is not None and _has_open(process, lock)):
            return False
        if status.process_group and hasattr(os, "killpg"):
            os.killpg(status.process_group, signal.SIGKILL)
        else:
            process.kill()
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False
    return True


def _has_open(process: psutil.Process, lock: Path) -> bool:
    try:
        return any(Path(file.path) == lock for file in process.open_files())
    except psutil.AccessDenied:  # another user's, so not ours
        return False
