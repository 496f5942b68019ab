"""Data sets that torchvision can read: its loaders, its download, its checks; decoded once, then mapped from a file."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trainers.data.dataset import Dataset, Split, even_share, split_off, split_rows
from trainers.data.fetching.package import Package
from trainers.data.image_cache import DecodedPictures, ImageCache
from trainers.data.progress import tell
from trainers.data.registry import DATA_SETS, DataConfig, DataFacts, DataSpec, SplitDataConfig
from trainers.data.rows import RowsOf
from trainers.data.thumbnails import ClassPictures, SmallPictures
from trainers.errors import DataError
from trainers.pictures import fitted

_UNREADABLE = (OSError, RuntimeError, ValueError, KeyError, IndexError, EOFError, TypeError)


class ImagesConfig(DataConfig):
    """Settings of a set of small images."""

    samples: int = Field(
        10_000,
        ge=20,
        le=1_000_000,
        description="How many of the training images to use, as many of every class; more than there are: all.",
    )
    folder: str = Field("data", min_length=1, max_length=1000, description="Where the files are, or are downloaded to.")


class PhotographsConfig(DataConfig):
    """Settings of a set of photographs that comes with a test split."""

    samples: int | None = Field(
        None, ge=20, le=1_000_000, description="How many training photographs to use at most; empty means all."
    )
    image_size: int = Field(
        64, ge=16, le=512, description="Height and width in pixels: 64 for laptops, 224 as in the paper."
    )
    folder: str = Field("data", min_length=1, max_length=1000, description="Where the files are, or are downloaded to.")


class UnsplitPhotographsConfig(PhotographsConfig, SplitDataConfig):
    """Settings of a set of photographs whose test split is cut here, every class in the same proportion."""


@dataclass(frozen=True)
class TorchvisionSet:
    """One data set of torchvision.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what is in it.
        loader: class in ``torchvision.datasets``.
        config: class of its settings.
        shape: shape of one input; None: 3 channels, as large as ``image_size`` says.
        train: size of its training split.
        test: size of its test split; 0 where it has none.
        classes: how many classes.
        files: what to put where, when there is no network.
        licence: terms of use.
        class_names: in the order of the labels, where the loader does not know them.
        parts: arguments of the loader for each part of the training split, and for the test split.
        folder: where in the data folder the loader looks.
        left_out: classes that are none.
        downloads: whether the loader can still download it.
        checksum: of what is downloaded.
        package: the package that ships its files, if one does.
    """

    name: str
    title: str
    summary: str
    loader: str
    config: type[ImagesConfig | PhotographsConfig]
    shape: tuple[int, int, int] | None
    train: int
    test: int
    classes: int
    files: str
    licence: str
    class_names: tuple[str, ...] = ()
    parts: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]] = (({"split": "train"},), {"split": "test"})
    folder: str = ""
    left_out: tuple[str, ...] = ()
    downloads: bool = True
    checksum: str = ""
    package: Package | None = None

    @property
    def source(self) -> str:
        """Which loader of torchvision reads it, and what it needs."""
        by_hand = "" if self.downloads else f"; put into the data folder by hand: {self.files}"
        return f"torchvision.datasets.{self.loader}{by_hand}"

    def register(self) -> None:
        """Make it known under its name."""
        DATA_SETS.register(
            DataSpec(
                name=self.name,
                title=self.title,
                summary=self.summary,
                config=self.config,
                read=partial(load_images, self),
                facts=partial(_facts, self),
                bundled=False,
                package=self.package,
                pictures=partial(_pictures, self),
            )
        )


class _Source:
    """Training and test split of a torchvision set, one after the other, still to be decoded."""

    def __init__(self, image_set: TorchvisionSet, folder: Path) -> None:
        train, test = image_set.parts
        parts = [*train, test] if image_set.test else list(train)
        self._sets = [_open(image_set, folder, arguments) for arguments in parts]
        self._starts = [0, *itertools.accumulate(len(one) for one in self._sets)]
        self.train = self._starts[-2] if image_set.test else self._starts[-1]
        names = image_set.class_names or getattr(self._sets[0], "classes", None) or self._sets[0].categories
        self.class_names: Sequence[str] = [str(name) for name in names]
        self._title = image_set.title

    def __len__(self) -> int:
        return self._starts[-1]

    def read(self, index: int, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint8], int]:
        part = int(np.searchsorted(self._starts, index, side="right")) - 1
        try:
            picture, label = self._sets[part][index - self._starts[part]]
            return fitted(picture, shape), int(label)
        except _UNREADABLE as error:
            raise DataError(f"picture {index + 1} of {self._title} cannot be read: {error}") from error


def load_images(image_set: TorchvisionSet, config: Any) -> Dataset:
    """uint8 images ``[n, channels, height, width]``; test is the data set's own test split where it has one.

    Raises:
        DataError: the files are not there and cannot be downloaded, or cannot be read.
    """
    decoded = _cache(image_set, config).filled(lambda: _Source(image_set, Path(config.folder).expanduser()))
    names = [name for name in decoded.class_names if name not in image_set.left_out]
    labels = decoded.labels
    usable = np.flatnonzero(labels[: decoded.train] < len(names))  # what is left out comes last
    chosen = usable[even_share(labels[usable], config.samples, config.split_seed)]
    if image_set.test:
        train, validation = (
            chosen[rows] for rows in split_off(labels[chosen], config.validation_fraction, config.split_seed)
        )
        test = np.arange(decoded.train, len(labels))
    else:
        fractions = (config.validation_fraction, config.test_fraction)
        parts = split_rows(labels[chosen], names, fractions=fractions, seed=config.split_seed)
        train, validation, test = (chosen[rows] for rows in parts)
    return Dataset(
        train=_split(decoded, train),
        validation=_split(decoded, validation),
        test=_split(decoded, test),
        class_names=[_plain(name) for name in names],
        thumbnails=SmallPictures(decoded.images),
    )


def _split(decoded: DecodedPictures, rows: NDArray[np.int64]) -> Split:
    return Split(RowsOf(decoded.images, rows), decoded.labels[rows], rows)


def _open(image_set: TorchvisionSet, folder: Path, arguments: Mapping[str, Any]) -> Any:
    from torchvision import datasets

    loader = partial(getattr(datasets, image_set.loader), folder / image_set.folder, **arguments)
    try:
        return loader(download=False)
    except _UNREADABLE as missing:
        where = f"{image_set.title} is not in {folder.absolute()}"
        if not image_set.downloads:
            raise DataError(f"{where} and can no longer be downloaded; put there: {image_set.files}") from missing
        tell(f"downloading {image_set.title}")
        try:
            return loader(download=True)
        except _UNREADABLE as error:
            raise DataError(f"{where} and could not be downloaded ({error}); put there: {image_set.files}") from error


def _cache(image_set: TorchvisionSet, config: Any) -> ImageCache:
    return ImageCache(Path(config.folder), image_set.name, _shape(image_set, config))


def _shape(image_set: TorchvisionSet, config: Any) -> tuple[int, int, int]:
    return image_set.shape or (3, config.image_size, config.image_size)


def _facts(image_set: TorchvisionSet, config: Any) -> DataFacts:
    asked = image_set.train if config.samples is None else config.samples
    each = max(2, asked // image_set.classes)
    return DataFacts(
        samples=image_set.train if asked >= image_set.train else each * image_set.classes,
        classes=image_set.classes,
        input_shape=_shape(image_set, config),
        licence=image_set.licence,
        source=image_set.package.origin if image_set.package else image_set.source,
        class_names=image_set.class_names,
        test_samples=image_set.test or None,
        checksum=image_set.package.checksum if image_set.package else image_set.checksum,
    )


def _pictures(image_set: TorchvisionSet, config: Any) -> ClassPictures | None:
    decoded: DecodedPictures | None = _cache(image_set, config).opened()
    if decoded is None:
        return None
    found = ClassPictures.of(decoded.labels, decoded.class_names, SmallPictures(decoded.images))
    return ClassPictures(tuple(_plain(name) for name in found.class_names), found.pictures)


def _plain(name: str) -> str:
    """``001.ak47`` and ``pink primrose`` as people read them."""
    return re.sub(r"^\d{3}\.", "", name).replace("_", " ")
