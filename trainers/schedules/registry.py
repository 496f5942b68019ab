"""The table of learning-rate schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler


class ScheduleConfig(BaseModel):
    """Settings of a schedule."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def check(self, epochs: int) -> None:
        """See whether it fits a run of so many epochs.

        Raises:
            ValueError: it does not; one sentence says why.
        """


@dataclass(frozen=True)
class ScheduleSpec:
    """One entry of the schedule registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it does.
        config: class of its settings.
        build: makes the scheduler, which is told of every step, from settings, optimizer, epochs, and steps per epoch.
    """

    name: str
    title: str
    summary: str
    config: type[ScheduleConfig]
    build: Callable[[Any, Optimizer, int, int], LRScheduler]


SCHEDULES: Registry[ScheduleSpec] = Registry("learning-rate schedule", "trainers.schedules")
