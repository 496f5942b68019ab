"""Small pictures of samples, for maps, tables and forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray


class SmallPictures:
    """A small picture of every image of an array, made when it is asked for.

    Args:
        images: uint8 ``[N, channels, height, width]``, 1 or 3 channels; may be a mapped file.
    """

    LARGEST = 64

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, ids: Any) -> NDArray[np.uint8]:
        """``[…, height, width]``, or ``[…, height, width, 3]`` of color images, at most 64 pixels high and wide."""
        images = np.asarray(self._images[ids])
        factor = -(-max(images.shape[-2:]) // self.LARGEST)
        if factor > 1:
            height, width = (size // factor * factor for size in images.shape[-2:])
            cut = images[..., :height, :width]
            blocks = cut.reshape(*cut.shape[:-2], height // factor, factor, width // factor, factor)
            images = np.rint(blocks.mean(axis=(-3, -1))).astype(np.uint8)
        return images[..., 0, :, :] if images.shape[-3] == 1 else np.moveaxis(images, -3, -1)


Thumbnails: TypeAlias = NDArray[np.uint8] | SmallPictures


@dataclass(frozen=True)
class ClassPictures:
    """One picture of each class, as a form shows them.

    Attributes:
        class_names: name of every class that has a picture.
        pictures: uint8 ``[C, height, width]`` or ``[C, height, width, 3]``, in the same order.
    """

    class_names: tuple[str, ...]
    pictures: NDArray[np.uint8]

    @classmethod
    def of(cls, labels: NDArray[Any], class_names: Sequence[str], thumbnails: Thumbnails) -> ClassPictures:
        """The first sample of each class; ``labels`` ``[N]`` in the order of ``thumbnails``."""
        present, first = np.unique(labels, return_index=True)
        return cls(tuple(class_names[label] for label in present), np.asarray(thumbnails[first]))
