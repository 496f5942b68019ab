"""The state of a run, as its writer last said."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json, write_json
from softsil.runs.heartbeat import beats_elsewhere
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths


class State(StrEnum):
    """The states of a run; ``docs/architecture.md`` says who writes which."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CRASHED = "crashed"
    STOPPED = "stopped"

    @property
    def is_active(self) -> bool:
        """Whether the run may still change by itself."""
        return self in (State.QUEUED, State.RUNNING, State.STOPPING)

    @property
    def needs_process(self) -> bool:
        """Whether this state is only true while a process holds the run's lock."""
        return self in (State.RUNNING, State.STOPPING)


@dataclass(frozen=True)
class RunStatus:
    """One snapshot of ``status.json``.

    Attributes:
        state: what the run is doing.
        epoch: epochs finished.
        epochs: epochs planned, if known.
        step: steps finished within the running epoch.
        steps_per_epoch: steps of one epoch, if known.
        device: where it computes, e.g. ``"cpu"`` or ``"cuda:0"``.
        pid: process id of the writer.
        process_started: start time of that process, seconds since the epoch: with ``pid``, its identity.
        process_group: process group to end when the run is killed.
        error: one sentence on why it failed or crashed.
        message: one phrase on what it is doing now.
        seconds_left: estimate of the remaining time.
        updated: when this was written, seconds since the epoch; for display only.
    """

    state: State
    epoch: int = 0
    epochs: int | None = None
    step: int = 0
    steps_per_epoch: int | None = None
    device: str | None = None
    pid: int | None = None
    process_started: float | None = None
    process_group: int | None = None
    error: str | None = None
    message: str | None = None
    seconds_left: float | None = None
    updated: float = dataclasses.field(default_factory=time.time)

    def changed(self, **changes: Any) -> RunStatus:
        """A copy with ``changes`` and a new ``updated``."""
        return dataclasses.replace(self, **{"updated": time.time(), **changes})


def write_status(paths: RunPaths, status: RunStatus) -> None:
    """Replace ``status.json``."""
    write_json(paths.status, dataclasses.asdict(status))


def read_status(paths: RunPaths) -> RunStatus:
    """What ``status.json`` says, word for word; see :func:`current_status` for the truth.

    Raises:
        UnreadableFileError: missing, torn, or an unknown state.
    """
    raw = read_json(paths.status)
    known = {field.name for field in dataclasses.fields(RunStatus)}
    try:
        return RunStatus(**{**{k: v for k, v in raw.items() if k in known}, "state": State(raw.get("state", ""))})
    except ValueError as error:
        raise UnreadableFileError(f"{paths.run_id}/status.json has an unknown state: {error}") from error


def current_status(paths: RunPaths) -> RunStatus:
    """The state of the run now.

    A run that says it is running while nobody holds its lock, and no other machine gives a sign of life, has crashed;
    one with a stop request is stopping.

    Raises:
        UnreadableFileError: as :func:`read_status`.
    """
    status = read_status(paths)
    if not status.state.needs_process:
        return status
    if is_held(paths.alive_lock) or beats_elsewhere(paths.heartbeat):
        return dataclasses.replace(status, state=State.STOPPING) if paths.stop_request.exists() else status
    # The job may have ended between our two looks: its last word is then on disk.
    status = read_status(paths)
    if not status.state.needs_process:
        return status
    return dataclasses.replace(
        status,
        state=State.CRASHED,
        error=f"the process ended without a word during epoch {status.epoch + 1} (killed, or out of memory?)",
        seconds_left=None,
    )
