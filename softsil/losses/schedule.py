"""Values that change over epochs: weights of loss terms, temperatures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

ScheduleKind = Literal["constant", "warmup", "linear", "cosine"]

# Share of the way from the first to the last value, as a function of the share of the epochs that have passed.
_SHAPES: dict[str, Callable[[float], float]] = {
    "constant": lambda share: 0.0,
    "warmup": lambda share: share,
    "linear": lambda share: share,
    "cosine": lambda share: (1.0 - math.cos(math.pi * share)) / 2.0,
}


@dataclass(frozen=True)
class Schedule:
    """A number that moves from ``start`` to ``end`` over the first ``epochs`` epochs and then stays.

    Args:
        start: value at epoch 0.
        end: value from epoch ``epochs`` on; a constant schedule ignores it.
        epochs: length of the move, in passes over the data; above 0.
        kind: ``"constant"``, ``"linear"`` (``"warmup"`` is a linear one that rises from 0) or ``"cosine"``.

    Raises:
        ValueError: unknown kind, or ``epochs`` not above 0.

    Example:
        >>> Schedule(0.0, 1.0, epochs=4, kind="linear")(1)
        0.25
    """

    start: float
    end: float
    epochs: float = 1.0
    kind: ScheduleKind = "linear"

    def __post_init__(self) -> None:
        if self.kind not in _SHAPES:
            raise ValueError(f"unknown schedule {self.kind!r}; known: {', '.join(_SHAPES)}")
        if not self.epochs > 0:
            raise ValueError(f"a schedule needs a length above 0 epochs, got {self.epochs}")

    def __call__(self, epoch: float) -> float:
        """The value at ``epoch`` (passes over the data so far; may be fractional)."""
        share = min(max(epoch / self.epochs, 0.0), 1.0)
        moved = _SHAPES[self.kind](share)
        return self.start * (1.0 - moved) + self.end * moved


def constant(value: float) -> Schedule:
    """The schedule that is ``value`` at every epoch."""
    return Schedule(value, value, kind="constant")
