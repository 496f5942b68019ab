"""The table of optimizers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer


class OptimizerConfig(BaseModel):
    """Settings of an optimizer, besides the learning rate and the weight decay, which all have."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class OptimizerSpec:
    """One entry of the optimizer registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it is good for.
        config: class of its settings.
        build: makes the optimizer from settings, parameters, learning rate and weight decay.
    """

    name: str
    title: str
    summary: str
    config: type[OptimizerConfig]
    build: Callable[[Any, Iterable[nn.Parameter], float, float], Optimizer]


OPTIMIZERS: Registry[OptimizerSpec] = Registry("optimizer", "trainers.optimizers")
