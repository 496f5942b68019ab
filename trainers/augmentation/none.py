"""Samples as they are; a second view, for the losses that compare two, is slightly shifted and noisy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainers.augmentation.registry import AUGMENTATIONS, AugmentationConfig, AugmentationSpec

if TYPE_CHECKING:
    from trainers.augmentation.registry import Change


class NoAugmentationConfig(AugmentationConfig):
    """No settings."""


def _first(config: NoAugmentationConfig) -> Change:
    from trainers.placement import as_float

    return as_float


def _second(config: NoAugmentationConfig) -> Change:
    from trainers.augment import second_view
    from trainers.placement import as_float

    return lambda batch: second_view(as_float(batch))


AUGMENTATIONS.register(
    AugmentationSpec(
        name="none",
        title="None",
        summary="Samples as they are; a second view, where a loss compares two, is slightly shifted and noisy.",
        config=NoAugmentationConfig,
        first=_first,
        second=_second,
        images_only=False,
    )
)
