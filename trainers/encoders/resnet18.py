"""ResNet-18 (He et al., CVPR 2016) from torchvision, with the usual first layers for small images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from trainers.encoders.backbone import Backbone, BackboneConfig, published_by_torchvision
from trainers.encoders.registry import Shape

if TYPE_CHECKING:
    from torch import nn

_SMALL_SIDE = 64


class ResNet18Config(BackboneConfig):
    """Settings of ResNet-18."""

    stem: Literal["automatic", "small", "large"] = Field(
        "automatic",
        description="First layers: large for photographs, as published; small for tiny images (3×3 convolution, no "
        "pooling); automatic: small below 64 pixels when no weights are loaded.",
    )


def make_resnet18(config: ResNet18Config, input_shape: Shape) -> nn.Module:
    """Color images ``[n, 3, h, w]`` → the 512 features before torchvision's classifier."""
    from torch import nn
    from torchvision.models import resnet18

    network: nn.Module = resnet18(weights=None)
    network.fc = nn.Identity()
    small = min(input_shape[1:]) < _SMALL_SIDE and not config.has_weights
    if config.stem == "small" or (config.stem == "automatic" and small):
        network.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(network.conv1.weight, mode="fan_out", nonlinearity="relu")
        network.maxpool = nn.Identity()
    return network


Backbone(
    name="resnet18",
    title="ResNet-18",
    summary="The workhorse for pictures: 11 million weights, first layers to suit small images; wants a graphics card.",
    config=ResNet18Config,
    make=make_resnet18,
    features=512,
    published=published_by_torchvision("ResNet18_Weights.IMAGENET1K_V1"),
    microseconds=40_000.0,
).register()
