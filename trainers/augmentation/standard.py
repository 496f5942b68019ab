"""Random shift and mirroring, each image by itself: the usual augmentation of small images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from trainers.augmentation.registry import AUGMENTATIONS, AugmentationConfig, AugmentationSpec

if TYPE_CHECKING:
    from torch import Tensor

    from trainers.augmentation.registry import Change


class StandardConfig(AugmentationConfig):
    """Settings of shift and mirroring."""

    shift: float = Field(
        0.125, ge=0, le=0.5, description="How far an image moves at most, as a share of its size; black comes in."
    )
    flip: bool = Field(True, description="Mirror every other image left to right; wrong for digits and letters.")


def shift_and_flip(config: StandardConfig) -> Change:
    """``[n, c, h, w]`` → float32 of the same shape."""
    from trainers.augment import mirrored, shifted
    from trainers.placement import as_float

    def change(images: Tensor) -> Tensor:
        moved = shifted(images, config.shift) if config.shift else images
        return as_float(mirrored(moved) if config.flip else moved)

    return change


AUGMENTATIONS.register(
    AugmentationSpec(
        name="standard",
        title="Shift and flip",
        summary="Each image moved a little and perhaps mirrored: the usual choice for small images.",
        config=StandardConfig,
        first=shift_and_flip,
    )
)
