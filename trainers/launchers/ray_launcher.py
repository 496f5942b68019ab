"""The Ray launcher: runs become tasks of a Ray cluster. Ray itself is imported by the driver process only."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, service_folder
from trainers.config import RunConfig, TrainingConfig
from trainers.devices import Device
from trainers.errors import LaunchError
from trainers.launchers.process import start_detached
from trainers.launchers.queue import is_paused, queued
from trainers.launchers.ray_flights import flights, want_end
from trainers.launchers.registry import LAUNCHERS, Launcher

RAY = "ray"
LOCAL_ADDRESS = "local"
ADDRESS_VARIABLE = "SOFTSIL_RAY_ADDRESS"


def is_installed() -> bool:
    """Whether Ray could be imported."""
    return importlib.util.find_spec("ray") is not None


class RayLauncher(Launcher):
    """Tasks of a Ray cluster whose nodes all see the runs folder."""

    name = RAY
    title = "Ray cluster"

    def unavailable(self) -> str | None:
        """Ray is not installed, or nobody said where the cluster is."""
        if not is_installed():
            return "Ray is not installed here; install it with: pip install -r requirements-ray.txt"
        address = os.environ.get(ADDRESS_VARIABLE, "")
        if address != LOCAL_ADDRESS and not re.fullmatch(r"\S+:\d{1,5}", address):
            said = f"{address!r} names no Ray cluster" if address else "no Ray cluster is named"
            return (
                f"{said}: set {ADDRESS_VARIABLE} to host and port of its head such as 10.0.0.5:6379, "
                f"or to {LOCAL_ADDRESS} to start Ray on this machine"
            )
        return None

    def check(self, config: RunConfig, root: Path) -> None:
        """Refuse a device that only one machine can name.

        Raises:
            LaunchError: the run asks for a certain graphics card.
        """
        if config.device.startswith("cuda:"):
            raise LaunchError(
                f"device {config.device!r} names a card of one machine; on Ray say cuda, and it picks one"
            )

    def devices(self) -> list[Device]:
        """Nodes differ, so no card is named."""
        return [
            Device("auto", "Automatic (a card if a node has one)"),
            Device("cpu", "Processor"),
            Device("cuda", "A graphics card"),
        ]

    def at_once(self, config: TrainingConfig) -> None:
        """As many as the cluster has room for, which only the driver asks it."""

    def holdup(self, root: Path) -> str | None:
        """Neither a driver lives, nor could one be started from here."""
        missing = self.unavailable()
        return missing if missing and not is_held(root / ".softsil" / "ray.lock") else None

    def kill(self, paths: RunPaths) -> None:
        """Have the driver end the worker; it looks several times a second.

        Raises:
            LaunchError: there is no driver, and none can be started from here.
        """
        want_end(paths)
        missing = self.holdup(paths.root)
        if missing:
            raise LaunchError(f"nobody can end its worker from here: {missing}")
        self.serve(paths.root)

    def serve(self, root: Path) -> None:
        """Start the driver if a run waits for it or was left by an earlier one, and none lives."""
        waits = bool(queued(root, RAY)) and not is_paused(root)
        if (waits or flights(root)) and self.unavailable() is None:
            service = service_folder(root)
            if not is_held(service / "ray.lock"):
                start_detached("trainers.launchers.ray_driver", root, service / "ray.log")


LAUNCHERS.register(RayLauncher())
