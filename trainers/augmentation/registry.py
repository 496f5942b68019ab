"""The table of augmentations: how a training sample is changed each time it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor

    Change = Callable[[Tensor], Tensor]


class AugmentationConfig(BaseModel):
    """Settings of an augmentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class AugmentationSpec:
    """One entry of the augmentation registry.

    A change reads a batch ``[n, …]``, float32 or uint8 images, on whatever device it lies, and returns float32; it
    draws from torch's global generators.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it does.
        config: class of its settings.
        first: makes the change that the network trains on.
        second: makes the change of the second view, for the losses that compare two; None: the same as ``first``,
            drawn anew.
        images_only: whether it needs images ``[channels, height, width]``.
    """

    name: str
    title: str
    summary: str
    config: type[AugmentationConfig]
    first: Callable[[Any], Change]
    second: Callable[[Any], Change] | None = None
    images_only: bool = True


AUGMENTATIONS: Registry[AugmentationSpec] = Registry("augmentation", "trainers.augmentation")


def takes(spec: AugmentationSpec, shape: tuple[int, ...]) -> bool:
    """Whether inputs of this shape can be augmented so."""
    return not spec.images_only or (len(shape) == 3 and shape[0] in (1, 3))
