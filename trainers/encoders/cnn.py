"""A small convolutional network for small images."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pydantic import Field

from trainers.encoders.registry import ENCODERS, EncoderConfig, EncoderSpec

if TYPE_CHECKING:
    from torch import nn


class CNNConfig(EncoderConfig):
    """Settings of the small network."""

    channels: tuple[int, ...] = Field(
        (16, 32), min_length=1, max_length=5, description="Channels of each 3×3 convolution, first to last."
    )


def build_cnn(config: CNNConfig, input_shape: tuple[int, ...]) -> nn.Module:
    """3×3 convolutions with halving pools, then a linear layer, ``[n, c, h, w]`` → ``[n, embedding_dim]``."""
    import torch
    from torch import nn

    channels = [input_shape[0], *config.channels]
    layers: list[nn.Module] = []
    for width, following in itertools.pairwise(channels):
        # Group norm rather than batch norm: the same output whatever else is in the batch.
        layers += [nn.Conv2d(width, following, 3, padding=1), nn.GroupNorm(1, following), nn.ReLU()]
        layers += [nn.MaxPool2d(2, ceil_mode=True)]
    body = nn.Sequential(*layers, nn.Flatten())
    with torch.no_grad():
        features = body(torch.zeros(1, *input_shape)).shape[1]
    return nn.Sequential(body, nn.Linear(features, config.embedding_dim))


ENCODERS.register(
    EncoderSpec(
        name="cnn",
        title="Small CNN",
        summary="A few 3×3 convolutions: better on images than the perceptron, some times slower.",
        config=CNNConfig,
        build=build_cnn,
        accepts=lambda shape: len(shape) == 3 and min(shape[1:]) >= 4,
        expects="images [channels, height, width] of at least 4×4 pixels",
        rough_microseconds=lambda config, shape: 250.0,
    )
)
