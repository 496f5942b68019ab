"""What a launcher is, the table of all of them, and which one a run belongs to."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path

from softsil.errors import UnreadableFileError
from softsil.registry import Registry
from softsil.runs.files import read_json
from softsil.runs.paths import RunPaths
from softsil.runs.status import RunStatus, current_status
from trainers.config import RunConfig, TrainingConfig
from trainers.devices import Device
from trainers.launchers.queue import DEFAULT_PRIORITY, LOCAL, enqueue, places
from trainers.launchers.stopping import request_stop

LAUNCHER_VARIABLE = "SOFTSIL_LAUNCHER"


class Launcher(ABC):
    """A way to have runs trained. The run folder is the only truth about a run, whoever trains it.

    Attributes:
        name: what ``--launcher`` and ``$SOFTSIL_LAUNCHER`` say, and what ``config.json`` of a run keeps.
        title: what a form shows.
    """

    name: str
    title: str

    @abstractmethod
    def unavailable(self) -> str | None:
        """One sentence on why nothing can be launched this way here, or None. Imports nothing heavy."""

    @abstractmethod
    def check(self, config: RunConfig, root: Path) -> None:
        """Look whether a run could be trained.

        Raises:
            LaunchError: it could not; the message says why.
        """

    @abstractmethod
    def devices(self) -> list[Device]:
        """What a run may ask to train on, the usual choice first."""

    @abstractmethod
    def at_once(self, config: TrainingConfig) -> int | None:
        """How many runs such as this one train at the same time; None where that is not known here."""

    @abstractmethod
    def holdup(self, root: Path) -> str | None:
        """One sentence on why nobody takes runs of this launcher from the queue, or None."""

    @abstractmethod
    def kill(self, paths: RunPaths) -> None:
        """End a run at once that did not hear a first request to stop."""

    @abstractmethod
    def serve(self, root: Path) -> None:
        """Start the process that takes runs from the queue, if somebody waits for it and none lives."""

    def submit(self, paths: RunPaths, config: RunConfig, *, priority: int = DEFAULT_PRIORITY) -> None:
        """Queue a run whose folder says ``queued``, to begin or to go on from its last checkpoint."""
        enqueue(paths.root, paths.run_id, config.device, priority=priority, launcher=self.name)

    def cancel(self, paths: RunPaths) -> None:
        """Ask a run to stop after its step; asked a second time, end it at once."""
        request_stop(paths, self.kill)

    def queue_position(self, paths: RunPaths) -> int | None:
        """1 for the run of this launcher that starts next, None for one that does not wait."""
        return places(paths.root).get(paths.run_id)

    def status(self, paths: RunPaths) -> RunStatus:
        """The state of the run now."""
        return current_status(paths)

    def logs(self, paths: RunPaths) -> Path:
        """The file that holds what the job printed."""
        return paths.log


LAUNCHERS: Registry[Launcher] = Registry("launcher", "trainers.launchers")


def chosen_launcher(name: str | None = None) -> Launcher:
    """The launcher called ``name``, by default the one in ``$SOFTSIL_LAUNCHER``, else the local one.

    Raises:
        UnknownNameError: there is none of this name.
    """
    return LAUNCHERS.get(name or os.environ.get(LAUNCHER_VARIABLE) or LOCAL)


def launcher_of(paths: RunPaths) -> Launcher:
    """The launcher that a run was given to.

    Raises:
        UnknownNameError: its ``config.json`` names one that is not here.
    """
    try:
        name = read_json(paths.config).get("launcher")
    except UnreadableFileError:
        name = None
    return LAUNCHERS.get(str(name or LOCAL))
