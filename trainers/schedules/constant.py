"""The same learning rate from the first step to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainers.schedules.registry import SCHEDULES, ScheduleConfig, ScheduleSpec

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler


class ConstantConfig(ScheduleConfig):
    """No settings."""


def build_constant(config: ConstantConfig, optimizer: Optimizer, epochs: int, steps_per_epoch: int) -> LRScheduler:
    """A scheduler that changes nothing."""
    from torch.optim.lr_scheduler import LambdaLR

    return LambdaLR(optimizer, lambda step: 1.0)


SCHEDULES.register(
    ScheduleSpec(
        name="constant",
        title="Constant",
        summary="The same learning rate from the first step to the last.",
        config=ConstantConfig,
        build=build_constant,
    )
)
