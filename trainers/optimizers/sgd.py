"""Stochastic gradient descent with momentum, the usual choice for image networks trained long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from trainers.optimizers.registry import OPTIMIZERS, OptimizerConfig, OptimizerSpec

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer


class SGDConfig(OptimizerConfig):
    """Settings of SGD."""

    momentum: float = Field(0.9, ge=0, lt=1, description="How much of the last step goes on into the next one.")
    nesterov: bool = Field(True, description="Look ahead along the momentum before the gradient is taken.")

    @model_validator(mode="after")
    def _nesterov_has_momentum(self) -> SGDConfig:
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov looks ahead along the momentum, which is 0; give a momentum, or set it to false")
        return self


def build_sgd(
    config: SGDConfig, parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float
) -> Optimizer:
    """SGD of torch."""
    import torch

    return torch.optim.SGD(
        parameters,
        lr=learning_rate,
        momentum=config.momentum,
        nesterov=config.nesterov,
        weight_decay=weight_decay,
    )


OPTIMIZERS.register(
    OptimizerSpec(
        name="sgd",
        title="SGD with momentum",
        summary="The same step for all weights: with a schedule and a rate of 0.01 to 0.1 often best for images.",
        config=SGDConfig,
        build=build_sgd,
    )
)
