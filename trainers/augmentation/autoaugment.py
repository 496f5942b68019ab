"""AutoAugment (Cubuk et al., CVPR 2019) from torchvision, after shift and mirroring: the paper's augmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from trainers.augmentation.registry import AUGMENTATIONS, AugmentationSpec
from trainers.augmentation.standard import StandardConfig

if TYPE_CHECKING:
    from torch import Tensor

    from trainers.augmentation.registry import Change


class AutoAugmentConfig(StandardConfig):
    """Settings of AutoAugment."""

    policy: Literal["imagenet", "cifar10", "svhn"] = Field(
        "imagenet", description="On which data the published operations were searched for."
    )
    images_per_draw: int = Field(
        1, ge=1, le=1024, description="Images that share the drawn operations; more are quicker on a graphics card."
    )


def auto_augment(config: AutoAugmentConfig) -> Change:
    """``[n, c, h, w]``, uint8 or float32 in [0, 1] → float32 of the same shape."""
    import torch
    from torchvision.transforms import v2

    from trainers.augment import mirrored, shifted
    from trainers.placement import as_float

    operations = v2.AutoAugment(v2.AutoAugmentPolicy(config.policy))

    def change(images: Tensor) -> Tensor:
        moved = shifted(images, config.shift) if config.shift else images
        moved = mirrored(moved) if config.flip else moved
        # torchvision draws once a call, so that a call gets only as many images as may look alike.
        return as_float(torch.cat([operations(part) for part in torch.split(moved, config.images_per_draw)]))

    return change


AUGMENTATIONS.register(
    AugmentationSpec(
        name="autoaugment",
        title="AutoAugment",
        summary="Shift, flip, and two operations of a published policy such as shear or contrast: the paper's choice.",
        config=AutoAugmentConfig,
        first=auto_augment,
    )
)
