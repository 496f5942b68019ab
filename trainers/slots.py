"""Device slots: an operating-system lock each, held by the job that trains there.

The kernel frees the slot however the job ends, so a slot can neither leak nor be given away twice.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

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


def slots_needed(slots: list[Slot], processes: int) -> int:
    """How many of ``slots`` a run of so many processes takes: a card for each, or one slot of the processor for all.

    Raises:
        LaunchError: there are not as many cards.
    """
    if slots[0].device == "cpu":
        return 1
    if processes > len(slots):
        offered = " or ".join(slot.device for slot in slots)
        raise LaunchError(
            f"{processes} processes need a graphics card each, and there is only {offered} to choose from; "
            f"take at most {len(slots)}, or device cpu"
        )
    return processes


class Taken:
    """Slots that this process holds; a context manager that gives them back."""

    def __init__(self) -> None:
        self._held: dict[Slot, Hold] = {}

    @property
    def devices(self) -> tuple[str, ...]:
        """Their devices, one for each slot."""
        return tuple(slot.device for slot in self._held)

    def add(self, slots: list[Slot], count: int) -> bool:
        """Take what is free of ``slots`` until ``count`` are held; whether they are."""
        for slot in slots:
            if len(self._held) < count and slot not in self._held:
                with contextlib.suppress(RunBusyError):
                    self._held[slot] = hold(slot.lock, wait_seconds=0)
        return len(self._held) == count

    def release(self) -> None:
        """Give all of them back."""
        while self._held:
            self._held.popitem()[1].release()

    def __enter__(self) -> Taken:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def take_slots(slots: list[Slot], count: int, may_go: Callable[[], bool], give_up: Callable[[], bool]) -> Taken | None:
    """Wait for our turn and ``count`` of ``slots``; None when ``give_up`` says so first.

    Who needs several keeps those it has while it waits for the rest, or runs on a single card would overtake it for
    ever. Only one such run of this user gathers at a time: two could each wait for what the other has.
    """
    taken, turn = Taken(), Taken()
    gate = [] if count == 1 else [Slot("turn", slots[0].lock.with_name("several.lock"))]
    with turn:
        while not give_up():
            if not may_go():
                taken.release()
                turn.release()
            elif turn.add(gate, len(gate)) and taken.add(slots, count):
                return taken
            time.sleep(POLL_SECONDS)
    taken.release()
    return None


def _user_folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"softsil-{user}-{socket.gethostname()}"
