"""A picture from elsewhere, made into what a run's network reads."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainers.data.dataset import Dataset
from trainers.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 50_000_000
_COMPARED = 16
_FITS_WITHIN = 0.02


@dataclass(frozen=True)
class Reading:
    """How the network of a run reads pictures.

    Attributes:
        shape: channels (1 or 3), height, width.
        scale: input = ``scale`` · brightness + ``offset``, with brightness from 0 (black) to 1.
        offset: see ``scale``; ink that counts as 1 on white paper has scale −1 and offset 1.
    """

    shape: tuple[int, int, int]
    scale: float
    offset: float

    def inputs(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """One picture ``[h, w]`` or ``[h, w, 3]`` as a batch of one, float32 ``[1, channels, h, w]``."""
        values = picture.astype(np.float32) / 255
        channels = values[None] if values.ndim == 2 else values.transpose(2, 0, 1)
        return np.ascontiguousarray(self.scale * channels + self.offset, dtype=np.float32)[None]


def reading_of(data: Dataset) -> Reading:
    """How the inputs of a data set follow from its pictures, found by comparing a few of both.

    Raises:
        DataError: the samples are no pictures, or their inputs follow in another way.
    """
    shape = data.input_shape
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise DataError("this run was not trained on pictures, so none can be placed among its samples")
    inputs = np.asarray(data.train.inputs[:_COMPARED])
    values = inputs.astype(np.float64) / (255 if inputs.dtype == np.uint8 else 1)
    if inputs.dtype == np.uint8:
        return Reading((shape[0], shape[1], shape[2]), 1.0, 0.0)
    pictures = None if data.thumbnails is None else np.asarray(data.thumbnails[data.train.ids[:_COMPARED]])
    brightness = None if pictures is None else _channels_first(pictures) / 255
    if brightness is None or brightness.shape != values.shape:
        raise DataError("the pictures of this data set are not what its network reads, so another one cannot be read")
    scale, offset = np.polyfit(brightness.ravel(), values.ravel(), 1)
    if np.abs(scale * brightness + offset - values).max() > _FITS_WITHIN:
        raise DataError("how this data set makes inputs of pictures is not known, so another one cannot be read")
    return Reading((shape[0], shape[1], shape[2]), float(scale), float(offset))


def read_picture(path: Path, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """A picture file in gray or color, cut to a square of the middle where needed, and scaled.

    Args:
        path: PNG, JPEG, or another format that Pillow reads.
        shape: channels (1: gray, 3: color), height, width.

    Returns:
        uint8 ``[height, width]`` or ``[height, width, 3]``, and the width and height before.

    Raises:
        DataError: no picture, damaged, or larger than 50 million pixels.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is the stricter one
            picture = Image.open(path)
        if picture.width * picture.height > MOST_PIXELS:
            raise DataError(f"{path.name} has {picture.width}×{picture.height} pixels; at most 50 million are read")
        upright = ImageOps.exif_transpose(picture)
        scaled = fitted(upright, shape)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path.name} cannot be read as a picture: {error}") from error
    return scaled, upright.size


def fitted(picture: Image.Image, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A picture scaled so that its short side fits and cut to the middle; what is transparent becomes white.

    Args:
        picture: of any size and mode.
        shape: channels (1: gray, 3: color), height, width.

    Returns:
        uint8 ``[height, width]`` or ``[height, width, 3]``.
    """
    from PIL import Image, ImageOps

    channels, height, width = shape
    if picture.mode not in ("L", "RGB"):
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        picture = paper
    plain = picture.convert("L" if channels == 1 else "RGB")
    if plain.size != (width, height):
        plain = ImageOps.fit(plain, (width, height), Image.Resampling.LANCZOS)
    return np.asarray(plain, dtype=np.uint8)


def _channels_first(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pictures[:, None] if pictures.ndim == 3 else pictures.transpose(0, 3, 1, 2)
