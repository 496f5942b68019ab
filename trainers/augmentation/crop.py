"""A random part of each image, scaled to full size (Szegedy et al., CVPR 2015): the usual choice for photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from trainers.augmentation.registry import AUGMENTATIONS, AugmentationConfig, AugmentationSpec

if TYPE_CHECKING:
    from torch import Tensor

    from trainers.augmentation.registry import Change


class CropConfig(AugmentationConfig):
    """Settings of the random part."""

    smallest: float = Field(0.35, gt=0, le=1, description="Smallest part of the area that is shown.")
    flip: bool = Field(True, description="Mirror every other image left to right.")


def crop_and_flip(config: CropConfig) -> Change:
    """``[n, c, h, w]`` → float32 of the same shape."""
    from trainers.augment import cropped, mirrored
    from trainers.placement import as_float

    def change(images: Tensor) -> Tensor:
        parts = cropped(as_float(images), config.smallest)
        return mirrored(parts) if config.flip else parts

    return change


AUGMENTATIONS.register(
    AugmentationSpec(
        name="crop",
        title="Random crop and flip",
        summary="A random part of each image at full size, perhaps mirrored: the usual choice for photographs.",
        config=CropConfig,
        first=crop_and_flip,
    )
)
