"""The supervisor: ``python -m trainers.launchers.supervisor RUNS_FOLDER`` starts waiting runs while slots are free.

It never imports torch, is the only one of its folder (a kernel lock), and ends by itself when nothing waits. Jobs do
not need it: killed, it is started again by the next launch or page, and finds living jobs by their locks.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from softsil.errors import RunBusyError, SoftsilError, UnreadableFileError
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import RunPaths, service_folder
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State, read_status, write_status
from trainers.config import read_run
from trainers.launchers.process import start_detached
from trainers.launchers.queue import LOCAL, dequeue, enqueue, is_paused, queued
from trainers.slots import all_slots, free_slots

POLL_SECONDS = 0.25
IDLE_SECONDS = 10.0
MAX_STARTS = 2


class Supervisor:
    """Starts the runs that wait in one runs folder.

    A job waits for its slot by itself, and one more job than there are free slots is started ahead: it imports torch
    and loads its data while the run before it still trains.

    Args:
        root: the runs folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._starts: dict[str, int] = {}

    def adopt(self) -> None:
        """Queue the runs whose launcher died between making the folder and queueing it."""
        waiting = set(queued(self.root))
        for reader in list_runs(self.root):
            if reader.run_id in waiting or reader.status.state is not State.QUEUED:
                continue
            if _is_local_training(reader) and not is_held(reader.paths.alive_lock):
                enqueue(self.root, reader.run_id, _device(reader.paths))

    def tick(self) -> bool:
        """Look at the queue once and start what may start; whether anything waits that may start at all."""
        # Polling reaps a finished job, which would stay a zombie otherwise.
        self._processes = [process for process in self._processes if process.poll() is None]
        waiting = [run_id for run_id in queued(self.root, LOCAL) if self._still_waits(run_id)]
        # A run that left the queue has started to train: if it ever comes back, it is counted anew.
        self._starts = {run_id: count for run_id, count in self._starts.items() if run_id in waiting}
        self._started = {run_id: process for run_id, process in self._started.items() if run_id in waiting}
        ready = [run_id for run_id in waiting if self._is_coming(run_id)]
        if is_paused(self.root):
            return False
        # A job between two runs holds no slot for a moment: its process counts all the same.
        room = min(free_slots(self.root) - len(ready), all_slots(self.root) - len(self._processes)) + 1
        for run_id in [run_id for run_id in waiting if run_id not in ready][: max(0, room)]:
            self._start(run_id)
        return bool(waiting)

    def _still_waits(self, run_id: str) -> bool:
        paths = RunPaths(self.root, run_id)
        try:
            waits = read_status(paths).state is State.QUEUED
        except UnreadableFileError as error:
            print(f"{run_id} left the queue: {error}", flush=True)
            waits = False
        if not waits:
            dequeue(self.root, run_id)
        return waits

    def _is_coming(self, run_id: str) -> bool:
        """Whether a process for this run lives, with its lock taken or just about to take it."""
        process = self._started.get(run_id)
        return (process is not None and process.poll() is None) or is_held(RunPaths(self.root, run_id).alive_lock)

    def _start(self, run_id: str) -> None:
        paths = RunPaths(self.root, run_id)
        self._starts[run_id] = self._starts.get(run_id, 0) + 1
        if self._starts[run_id] > MAX_STARTS:
            del self._starts[run_id]  # resumed by a person, it gets as many starts again
            dequeue(self.root, run_id)
            error = f"the job ended {MAX_STARTS} times before it started to train; its log says why"
            write_status(paths, read_status(paths).changed(state=State.FAILED, error=error, message=None))
            return
        self._started[run_id] = start_detached("trainers.job", paths.folder, paths.log)
        self._processes.append(self._started[run_id])
        print(f"started {run_id}", flush=True)


def _is_local_training(reader: RunReader) -> bool:
    config = reader.config
    return config.get("kind") == "training" and config.get("launcher", LOCAL) == LOCAL


def _device(paths: RunPaths) -> str:
    try:
        return read_run(paths).device
    except SoftsilError:  # its job will say what is wrong
        return "auto"


def main(arguments: list[str]) -> int:
    """Supervise until nothing has waited for ten seconds."""
    if len(arguments) != 1:
        print("usage: python -m trainers.launchers.supervisor RUNS_FOLDER", file=sys.stderr)
        return 2
    root = Path(arguments[0]).absolute()
    supervisor = Supervisor(root)
    # After letting go of the lock, one more look: a launch in that moment saw the lock held and relies on us.
    while _serve(supervisor) and queued(root, LOCAL) and not is_paused(root):
        pass
    return 0


def _serve(supervisor: Supervisor) -> bool:
    """Hold the lock and work until idle; whether we got the lock at all."""
    try:
        lock = hold(service_folder(supervisor.root) / "supervisor.lock")
    except RunBusyError:
        return False
    with lock:
        supervisor.adopt()
        last_work = time.monotonic()
        while time.monotonic() - last_work < IDLE_SECONDS:
            if supervisor.tick():
                last_work = time.monotonic()
            time.sleep(POLL_SECONDS)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
