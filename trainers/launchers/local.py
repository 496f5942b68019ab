"""The local launcher: this machine's slots, and a supervisor that is started when there is work."""

from __future__ import annotations

import time
from pathlib import Path

from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, service_folder
from softsil.runs.status import State, read_status, write_status
from trainers.config import RunConfig, TrainingConfig
from trainers.devices import Device, available_devices, cpu_slots
from trainers.launchers.process import kill_run, start_detached
from trainers.launchers.queue import LOCAL, is_paused, queued
from trainers.launchers.registry import LAUNCHERS, Launcher
from trainers.slots import slots_for, slots_needed

KILL_WAIT_SECONDS = 5.0


class LocalLauncher(Launcher):
    """Jobs on this machine, one a slot; nothing to install, nothing to start."""

    name = LOCAL
    title = "This machine"

    def unavailable(self) -> str | None:
        """Always at hand."""
        return None

    def check(self, config: RunConfig, root: Path) -> None:
        """Whether this machine has the device, and enough of them.

        Raises:
            LaunchError: it has not.
        """
        slots_needed(slots_for(config.device, root), config.processes)

    def devices(self) -> list[Device]:
        """Processor and graphics cards of this machine."""
        return available_devices()

    def at_once(self, config: TrainingConfig) -> int:
        """The slots that a run may train on."""
        return cpu_slots() if config.device in ("auto", "cpu") else 1

    def holdup(self, root: Path) -> None:
        """The supervisor needs nothing that could be missing."""

    def kill(self, paths: RunPaths) -> None:
        """Kill the process group of the job and say that the run is stopped."""
        if kill_run(read_status(paths), paths.alive_lock):
            _wait_until_free(paths)
            write_status(paths, read_status(paths).changed(state=State.STOPPED, message=None, seconds_left=None))
            paths.stop_request.unlink(missing_ok=True)

    def serve(self, root: Path) -> None:
        """Start the supervisor if somebody waits and none runs."""
        ensure_supervisor(root)


def ensure_supervisor(root: Path) -> None:
    """Start the supervisor of a runs folder if somebody waits and none runs."""
    service = service_folder(root)
    if queued(root, LOCAL) and not is_paused(root) and not is_held(service / "supervisor.lock"):
        start_detached("trainers.launchers.supervisor", root, service / "supervisor.log")


def _wait_until_free(paths: RunPaths) -> None:
    deadline = time.monotonic() + KILL_WAIT_SECONDS
    while is_held(paths.alive_lock) and time.monotonic() < deadline:
        time.sleep(0.02)


LAUNCHERS.register(LocalLauncher())
