"""The driver: ``python -m trainers.launchers.ray_driver RUNS_FOLDER`` hands waiting runs to Ray and follows them.

It is the only one of its folder (a kernel lock), and ends by itself when nothing waits or trains. Ray ends a driver's
tasks with the driver, and the driver with its cluster: what was training then reads as crashed until the next driver
queues it again.
"""

from __future__ import annotations

import functools
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.errors import RunBusyError, SoftsilError, UnreadableFileError
from softsil.runs.heartbeat import beats_elsewhere
from softsil.runs.lock import hold
from softsil.runs.paths import RunPaths, service_folder
from softsil.runs.status import RunStatus, State, current_status, read_status, write_status
from trainers.config import read_run
from trainers.launchers.queue import FIRST_PRIORITY, dequeue, enqueue, is_paused, queued
from trainers.launchers.ray_cluster import Cluster, Landed, Size, connect
from trainers.launchers.ray_flights import begin_flight, end_flight, end_wanted, flights
from trainers.launchers.ray_launcher import ADDRESS_VARIABLE, RAY

POLL_SECONDS = 0.25
IDLE_SECONDS = 10.0
RECONNECT_SECONDS = 10.0
# Runs that Ray has and that no worker has begun: enough to fill a cluster, and to let one grow that does so by demand.
AHEAD = 4
# Deaths with no epoch in between: a run that ends its worker each time must not do so for ever.
MAX_DEATHS = 4
_ENDED = (State.DONE, State.FAILED, State.STOPPED)
_GONE = RunStatus(State.FAILED, error="its folder is gone")
_LEFT = Landed(died="its driver or its cluster ended")


@dataclass
class Flight:
    """A run in Ray's hands; ``task`` and ``need`` are None for one that an earlier driver left."""

    paths: RunPaths
    task: Any = None
    need: Size | None = None
    cancelled: bool = False
    forced: bool = False


class Driver:
    """Hands the waiting runs of one folder to a cluster and keeps their folders true.

    Args:
        root: the runs folder.
        join: joins the cluster; called when there is something to hand over, until it succeeds.
    """

    def __init__(self, root: Path, join: Callable[[], Cluster]) -> None:
        self.root = root
        self._join, self._next_try = join, 0.0
        self._cluster: Cluster | None = None
        self.flights = {run_id: Flight(RunPaths(root, run_id)) for run_id in flights(root)}
        self._deaths: dict[str, tuple[int, int]] = {}

    def tick(self) -> bool:
        """Look once at what flies and at what waits; whether there is anything to wait for."""
        for flight in list(self.flights.values()):
            self._follow(flight)
        waiting = [] if is_paused(self.root) else queued(self.root, RAY)
        if self._cluster is None and waiting and time.monotonic() >= self._next_try:
            self._cluster = self._connected(waiting)
        if self._cluster is not None:
            self._hand_over(self._cluster, waiting)
        return bool(self.flights) or bool(waiting)

    def _connected(self, waiting: list[str]) -> Cluster | None:
        """The cluster, if it answers; if not, the waiting runs say what they wait for."""
        try:
            return self._join()
        except ConnectionError as error:
            print(error, flush=True)
            message = f"{error}; tried again every {RECONNECT_SECONDS:.0f} s"
        self._next_try = time.monotonic() + RECONNECT_SECONDS
        for run_id in waiting:
            _say(RunPaths(self.root, run_id), message=message)
        return None

    def _hand_over(self, cluster: Cluster, waiting: list[str]) -> None:
        nodes = cluster.nodes()
        pending = [flight for flight in self.flights.values() if _is_pending(_status(flight.paths))]
        for flight in pending:
            _explain(flight, nodes)
        following = [run_id for run_id in waiting if run_id not in self.flights]
        # Ray starts first what it got first: whatever is no longer in front of the next one is taken back.
        late = waiting[waiting.index(following[0]) :] if following else []
        for flight in pending:
            if flight.paths.run_id in late:
                self._cancel(flight)
        for run_id in following[: max(0, AHEAD - len(pending))]:
            self._submit(cluster, RunPaths(self.root, run_id), nodes)

    def _submit(self, cluster: Cluster, paths: RunPaths, nodes: list[Size]) -> None:
        if _status(paths).state is not State.QUEUED:
            dequeue(self.root, paths.run_id)
            return
        try:
            need = _need(paths, nodes)
        except SoftsilError as error:
            dequeue(self.root, paths.run_id)
            _say(paths, state=State.FAILED, error=str(error), message=None)
            return
        begin_flight(paths)
        self.flights[paths.run_id] = Flight(paths, cluster.submit(paths, need), need)
        print(f"handed over {paths.run_id}", flush=True)

    def _follow(self, flight: Flight) -> None:
        landed = _LEFT if self._cluster is None or flight.task is None else self._cluster.landed(flight.task)
        status = _status(flight.paths)  # looked at after the task, which writes its last word before it lands
        if landed is not None:
            self._land(flight, landed, status)
        elif end_wanted(flight.paths) or status is _GONE:
            self._cancel(flight, force=True)
        elif status.state is State.STOPPED and status.pid is None:  # one with a process hears a request by itself
            self._cancel(flight)

    def _cancel(self, flight: Flight, *, force: bool = False) -> None:
        if self._cluster is not None and not (flight.forced or (flight.cancelled and not force)):
            flight.cancelled, flight.forced = True, force
            self._cluster.cancel(flight.task, force=force)

    def _land(self, flight: Flight, landed: Landed, status: RunStatus) -> None:
        if status.state.needs_process:
            return  # its worker is cut off from Ray and lives, or may do so until its last sign of life is old
        if status.state in _ENDED or self._last_word(flight.paths, landed, status):
            end_flight(flight.paths)
            del self.flights[flight.paths.run_id]

    def _last_word(self, paths: RunPaths, landed: Landed, status: RunStatus) -> bool:
        """Say what becomes of a run that did not come to its end; False while somebody else holds it."""
        if paths.stop_request.exists():
            dequeue(self.root, paths.run_id)
            said = _say(paths, state=State.STOPPED, message=None, seconds_left=None)
            paths.stop_request.unlink(missing_ok=True)
            return said
        if landed.failed:
            dequeue(self.root, paths.run_id)
            return _say(paths, state=State.FAILED, error=landed.failed, message=None, seconds_left=None)
        if landed.died or status.state is State.CRASHED:
            return self._try_again(paths, status, landed.died or "its worker ended without a word")
        return True  # it was not begun, because the queue is paused or it was stopped and resumed: it waits

    def _try_again(self, paths: RunPaths, status: RunStatus, reason: str) -> bool:
        epoch, deaths = self._deaths.get(paths.run_id, (-1, 0))
        deaths = 1 if status.epoch > epoch else deaths + 1
        if deaths == MAX_DEATHS:
            dequeue(self.root, paths.run_id)
            error = f"{reason}, {deaths} times with no epoch in between; it can be resumed"
            said = _say(paths, state=State.CRASHED, error=error, message=None, seconds_left=None)
        else:
            if paths.run_id not in queued(self.root):
                enqueue(self.root, paths.run_id, "any", priority=FIRST_PRIORITY, launcher=RAY)
            message = f"{reason}; it goes on from its last checkpoint"
            said = _say(paths, state=State.QUEUED, message=message, seconds_left=None, pid=None)
        if said:
            print(f"{paths.run_id}: {reason}", flush=True)
            self._deaths[paths.run_id] = (status.epoch, 0 if deaths == MAX_DEATHS else deaths)
        return said


def _need(paths: RunPaths, nodes: list[Size]) -> Size:
    config = read_run(paths)
    # The processes of a run share a node, where each of them has a card, or all of them the processors.
    cards = config.processes
    wanted = config.device == "cuda" or (config.device == "auto" and any(node.gpus >= cards for node in nodes))
    return Size(cpus=config.threads or config.processes, gpus=cards if wanted else 0)


def _explain(flight: Flight, nodes: list[Size]) -> None:
    """Have a run that waits for a node which the cluster does not have say so, and no longer once it has."""
    need, message = flight.need, None
    if need and not any(node.cpus >= need.cpus and node.gpus >= need.gpus for node in nodes):
        card = f" and {need.gpus} graphics card{'s' * (need.gpus > 1)}" if need.gpus else ""
        message = f"waits for a Ray node with {need.cpus} processor{'s' * (need.cpus > 1)}{card}; there is none now"
    if _status(flight.paths).message != message:
        _say(flight.paths, message=message)


def _is_pending(status: RunStatus) -> bool:
    """Whether no worker has begun with the run."""
    return status.state is State.QUEUED and status.pid is None


def _status(paths: RunPaths) -> RunStatus:
    try:
        return current_status(paths)
    except UnreadableFileError:
        return RunStatus(State.CRASHED) if paths.folder.is_dir() else _GONE


def _say(paths: RunPaths, **changes: Any) -> bool:
    """Change the status of a run that has not ended and that nobody trains; False if it has, or somebody does."""
    if not paths.folder.is_dir():  # taking the lock would make the folder again
        return False
    try:
        with hold(paths.alive_lock):
            status = read_status(paths)
            if status.state not in _ENDED and not beats_elsewhere(paths.heartbeat):
                write_status(paths, status.changed(**changes))
                return True
    except (RunBusyError, UnreadableFileError):
        pass
    return False


def main(arguments: list[str]) -> int:
    """Drive until nothing has waited or trained for ten seconds."""
    address = os.environ.get(ADDRESS_VARIABLE)
    if len(arguments) != 1 or not address:
        print(f"usage: {ADDRESS_VARIABLE}=ADDRESS python -m trainers.launchers.ray_driver RUNS_FOLDER", file=sys.stderr)
        return 2
    root = Path(arguments[0]).absolute()
    while True:
        # Ray ends the process that joined a cluster when the cluster's head dies; that must not be this one.
        child = os.fork()
        if child == 0:
            os._exit(_joined(root, address))
        _, ended = os.waitpid(child, 0)
        if ended == 0 or not (flights(root) or queued(root, RAY)):
            return 0
        print("the driver ended before its work was done; another one begins", flush=True)
        time.sleep(RECONNECT_SECONDS)


def _joined(root: Path, address: str) -> int:
    # After letting go of the lock, one more look: a launch in that moment saw the lock held and relies on us.
    try:
        while _drive(root, address) and queued(root, RAY) and not is_paused(root):
            pass
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def _drive(root: Path, address: str) -> bool:
    """Hold the lock and work until idle; whether we got the lock at all."""
    try:
        lock = hold(service_folder(root) / "ray.lock")
    except RunBusyError:
        return False
    with lock:
        driver = Driver(root, functools.partial(connect, address))
        last_work = time.monotonic()
        while time.monotonic() - last_work < IDLE_SECONDS:
            if driver.tick():
                last_work = time.monotonic()
            time.sleep(POLL_SECONDS)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
