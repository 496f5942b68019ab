"""AdamW (Loshchilov and Hutter, ICLR 2019)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import Field

from trainers.optimizers.registry import OPTIMIZERS, OptimizerConfig, OptimizerSpec

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer


class AdamWConfig(OptimizerConfig):
    """Settings of AdamW."""

    beta1: float = Field(0.9, ge=0, lt=1, description="Memory of the mean gradient.")
    beta2: float = Field(0.999, ge=0, lt=1, description="Memory of the mean squared gradient.")


def build_adamw(
    config: AdamWConfig, parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float
) -> Optimizer:
    """AdamW of torch."""
    import torch

    betas = (config.beta1, config.beta2)
    return torch.optim.AdamW(parameters, lr=learning_rate, betas=betas, weight_decay=weight_decay)


OPTIMIZERS.register(
    OptimizerSpec(
        name="adamw",
        title="AdamW",
        summary="Steps that suit each weight: works without much tuning.",
        config=AdamWConfig,
        build=build_adamw,
    )
)
