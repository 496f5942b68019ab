"""A multi-layer perceptron: flattens its input; the quickest encoder."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from pydantic import Field

from trainers.encoders.registry import ENCODERS, EncoderConfig, EncoderSpec

if TYPE_CHECKING:
    from torch import nn


class MLPConfig(EncoderConfig):
    """Settings of the perceptron."""

    hidden: tuple[int, ...] = Field(
        (128, 64), min_length=1, max_length=6, description="Width of each hidden layer, first to last."
    )


def build_mlp(config: MLPConfig, input_shape: tuple[int, ...]) -> nn.Module:
    """Linear layers with ReLU between, ``[n, *input_shape]`` → ``[n, embedding_dim]``."""
    from torch import nn

    widths = [math.prod(input_shape), *config.hidden]
    layers: list[nn.Module] = [nn.Flatten()]
    for width, following in itertools.pairwise(widths):
        layers += [nn.Linear(width, following), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], config.embedding_dim))


ENCODERS.register(
    EncoderSpec(
        name="mlp",
        title="Perceptron (MLP)",
        summary="Fully connected layers on the flattened input: quick on any laptop, blind to image structure.",
        config=MLPConfig,
        build=build_mlp,
        accepts=lambda shape: True,
        expects="any input",
        parallel=False,
        rough_microseconds=lambda config, shape: 20.0,
    )
)
