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
    path = os.pathsep.join(filter(None, [str(_PROJECT), os.environ.get("PYTHONPATH", "")]))
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", module, str(argument)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            close_fds=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **_POLITE_THREADS},
        )


def kill_run(status: RunStatus) -> bool:
    """Kill the process group of a run; whether there was one to kill.

    The process must have the recorded id *and* start time: a reused id is somebody else's. The whole group goes,
    because data loader workers outlive a killed parent.
    """
    if status.pid is None or status.process_started is None:
        return False
    try:
        started = psutil.Process(status.pid).create_time()
    except psutil.NoSuchProcess:
        return False
    if abs(started - status.process_started) > _START_TOLERANCE_SECONDS:
        return False
    if status.process_group and hasattr(os, "killpg"):
        os.killpg(status.process_group, signal.SIGKILL)
    else:
        psutil.Process(status.pid).kill()
    return True
