"""From a loss value to new weights: gradient, clipping, optimizer, schedule, moving average."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from trainers.config import RunConfig
from trainers.recipe import Recipe
from trainers.training_state import Stateful

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def autocast(recipe: Recipe, device: torch.device) -> AbstractContextManager[None]:
    """In which numbers the network computes on ``device``."""
    dtype = _dtype(recipe, device)
    return torch.autocast(device.type, dtype=dtype, enabled=dtype is not None)


def moving_average(recipe: Recipe, network: nn.Module) -> AveragedModel | None:
    """The moving average of the weights that the recipe asks for; batch statistics are averaged too."""
    if recipe.ema_decay is None:
        return None
    return AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(recipe.ema_decay), use_buffers=True)  # type: ignore[no-untyped-call]


class Optimization:
    """Optimizer, gradient scaler and schedule of a training.

    Args:
        config: the run.
        parameters: everything that learns.
        device: where they are.
        steps_per_epoch: of the run.
    """

    def __init__(
        self, config: RunConfig, parameters: Iterable[nn.Parameter], device: torch.device, steps_per_epoch: int
    ) -> None:
        self._parameters = list(parameters)
        self._clip = config.gradient_clip
        spec, settings = config.optimizer_entry
        self.optimizer = spec.build(settings, self._parameters, config.learning_rate, config.weight_decay)
        shape, choices = config.schedule_entry
        self.schedule = shape.build(choices, self.optimizer, config.epochs, steps_per_epoch)
        # Small gradients would vanish in float16 alone.
        is_half = _dtype(config, device) is torch.float16
        self.scaler = torch.amp.GradScaler(device.type, enabled=is_half and device.type == "cuda")
        self.learning_rate = config.learning_rate

    @property
    def parts(self) -> dict[str, Stateful]:
        """What a checkpoint must hold, by name."""
        return {"optimizer": self.optimizer, "scaler": self.scaler, "schedule": self.schedule}

    def minimize(self, total: Tensor) -> None:
        """One step down the gradient of ``total``."""
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(total).backward()  # type: ignore[no-untyped-call]
        if self._clip is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self._parameters, self._clip)
        self.learning_rate = float(self.optimizer.param_groups[0]["lr"])
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()


def _dtype(recipe: Recipe, device: torch.device) -> torch.dtype | None:
    if recipe.precision == "automatic":
        return torch.float16 if device.type == "cuda" else None
    return _DTYPES.get(recipe.precision)
