"""A small perceptron between the embedding and the losses that compare samples, as in Khosla et al. 2020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from trainers.heads.registry import HEADS, HeadConfig, HeadSpec

if TYPE_CHECKING:
    from torch import nn


class MLPHeadConfig(HeadConfig):
    """Settings of the perceptron."""

    hidden: tuple[int, ...] = Field(
        (128,), max_length=4, description="Widths of the layers between; empty: one linear layer."
    )
    projection_dim: int = Field(64, ge=2, le=2048, description="Length of the projection that the losses read.")

    def width(self, embedding_dim: int) -> int:
        """Length of the projection."""
        return self.projection_dim


def build_mlp_head(config: MLPHeadConfig, embedding_dim: int) -> nn.Module:
    """Linear layers with ReLU between, ``[n, embedding_dim]`` → ``[n, projection_dim]``."""
    from torch import nn

    layers: list[nn.Module] = []
    width = embedding_dim
    for following in config.hidden:
        layers += [nn.Linear(width, following), nn.ReLU()]
        width = following
    return nn.Sequential(*layers, nn.Linear(width, config.projection_dim))


HEADS.register(
    HeadSpec(
        name="mlp",
        title="Perceptron (MLP)",
        summary="Losses that compare samples read its output; classifier and map read the embedding before it.",
        config=MLPHeadConfig,
        build=build_mlp_head,
    )
)
