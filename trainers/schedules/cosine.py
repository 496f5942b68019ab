"""Up in a straight line, then down along half a cosine (Loshchilov and Hutter, ICLR 2017; without restarts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from trainers.schedules.registry import SCHEDULES, ScheduleConfig, ScheduleSpec

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler


class CosineConfig(ScheduleConfig):
    """Settings of the cosine."""

    warmup_epochs: int = Field(0, ge=0, le=1000, description="Epochs in which the learning rate rises from almost 0.")
    final_fraction: float = Field(0.0, ge=0, le=1, description="Share of the learning rate that is left at the end.")

    def check(self, epochs: int) -> None:
        """The warm-up must leave something of the run."""
        if self.warmup_epochs >= epochs:
            raise ValueError(
                f"schedule: a warm-up of {self.warmup_epochs} epochs leaves nothing of {epochs}; "
                f"take at most {epochs - 1}"
            )


def build_cosine(config: CosineConfig, optimizer: Optimizer, epochs: int, steps_per_epoch: int) -> LRScheduler:
    """Schedulers of torch, one after the other; the learning rate changes in every step."""
    from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

    rising, lasts = config.warmup_epochs * steps_per_epoch, epochs * steps_per_epoch
    lowest = config.final_fraction * optimizer.param_groups[0]["lr"]
    falling = CosineAnnealingLR(optimizer, T_max=lasts - rising, eta_min=lowest)
    if not rising:
        return falling
    warmup = LinearLR(optimizer, start_factor=1 / (rising + 1), total_iters=rising)
    return SequentialLR(optimizer, [warmup, falling], milestones=[rising])


SCHEDULES.register(
    ScheduleSpec(
        name="cosine",
        title="Cosine with warm-up",
        summary="Rises for some epochs, then falls along a cosine until the last step: for long trainings.",
        config=CosineConfig,
        build=build_cosine,
    )
)
