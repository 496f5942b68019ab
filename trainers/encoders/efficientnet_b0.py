"""EfficientNet-B0 (Tan and Le, ICML 2019), the encoder of the paper, from torchvision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainers.encoders.backbone import Backbone, BackboneConfig, published_by_torchvision
from trainers.encoders.registry import Shape

if TYPE_CHECKING:
    from torch import nn


class EfficientNetB0Config(BackboneConfig):
    """Settings of EfficientNet-B0."""


def make_efficientnet_b0(config: EfficientNetB0Config, input_shape: Shape) -> nn.Module:
    """Color images ``[n, 3, h, w]`` → the 1280 features before torchvision's classifier."""
    from torch import nn
    from torchvision.models import efficientnet_b0

    network: nn.Module = efficientnet_b0(weights=None)
    network.classifier = nn.Identity()
    return network


Backbone(
    name="efficientnet_b0",
    title="EfficientNet-B0",
    summary="The encoder of the paper: 4 million weights, made for pictures of 224×224 pixels; wants a graphics card.",
    config=EfficientNetB0Config,
    make=make_efficientnet_b0,
    features=1280,
    published=published_by_torchvision("EfficientNet_B0_Weights.IMAGENET1K_V1"),
    microseconds=10_000.0,
).register()
