"""Device slots: an operating-system lock each, held by the job that trains there.

The kernel frees the slot however the job ends, so a slot can neither leak nor be given away twice.
"""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from softsil.errors import RunBusyError
from softsil.runs.lock import Hold, hold, is_held
from softsil.runs.paths import service_folder
from trainers.devices import cpu_slots, graphics_cards
from trainers.errors import LaunchError

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Slot:
    """One place where one run may train.

    Attributes:
        device: as torch names it.
        lock: held by the run that trains there.
    """

    device: str
    lock: Path


def slots_for(device: str, root: Path) -> list[Slot]:
    """The slots on which a run that asks for ``device`` may train, best first.

    Processor slots belong to the runs folder; a graphics card is one slot for the user on this machine, whatever
    the runs folder.

    Args:
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:0"``.
        root: the runs folder.

    Raises:
        LaunchError: this machine has no such device.
    """
    cards = [Slot(f"cuda:{i}", _user_folder() / f"cuda-{i}.lock") for i in range(len(graphics_cards()))]
    processors = [Slot("cpu", service_folder(root) / "slots" / f"cpu-{i}.lock") for i in range(cpu_slots())]
    if device == "auto":
        return cards or processors
    chosen = [slot for slot in [*cards, *processors] if slot.device.split(":")[0] == device or slot.device == device]
    if not chosen:
        found = f"{len(cards)} graphics card(s)" if cards else "no graphics card"
        raise LaunchError(f"device {device!r} is not here: this machine has {found}; choose cpu or auto")
    return chosen


def all_slots(root: Path) -> int:
    """How many slots of all kinds there are."""
    return len(_locks(root))


def free_slots(root: Path) -> int:
    """How many slots of all kinds nobody holds right now."""
    return sum(not is_held(lock) for lock in _locks(root))


def _locks(root: Path) -> set[Path]:
    return {slot.lock for device in ("auto", "cpu") for slot in slots_for(device, root)}


def take_slot(slots: list[Slot], may_go: Callable[[], bool], give_up: Callable[[], bool]) -> tuple[Slot, Hold] | None:
    """Wait for our turn and one of ``slots``; None when ``give_up`` says so first."""
    while not give_up():
        for slot in slots if may_go() else []:
            try:
                return slot, hold(slot.lock, wait_seconds=0)
            except RunBusyError:
                continue
        time.sleep(POLL_SECONDS)
    return None


def _user_folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"softsil-{user}-{socket.gethostname()}"
