"""Small-image classics through torchvision: its loaders, its download, its checks.

Without a network the files can be put in place by hand; the error says which and where.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trainers.data.dataset import Dataset, Split, split_off
from trainers.data.registry import DATA_SETS, DataConfig, DataFacts, DataSpec
from trainers.errors import DataError


class SmallImagesConfig(DataConfig):
    """Settings of a small-image data set."""

    samples: int = Field(
        10_000, ge=100, le=100_000, description="How many of the training images to use, as many of every class."
    )
    folder: str = Field("data", min_length=1, max_length=1000, description="Where the files are, or are downloaded to.")


@dataclass(frozen=True)
class ImageSet:
    """One data set of torchvision.

    Attributes:
        loader: class in ``torchvision.datasets``.
        shape: shape of one input.
        train: size of its training split.
        test: size of its test split.
        class_names: in the order of the labels.
        files: what to put where, when there is no network.
        licence: terms of use.
    """

    loader: str
    shape: tuple[int, int, int]
    train: int
    test: int
    class_names: tuple[str, ...]
    files: str
    licence: str


def load_images(image_set: ImageSet, config: SmallImagesConfig) -> Dataset:
    """Images in [0, 1], float32 ``[n, channels, height, width]``; test is the data set's own test split.

    Raises:
        DataError: the files are not there and cannot be downloaded.
    """
    pictures, labels = _read(image_set, config.folder, train=True)
    chosen = _even_share(labels, config.samples)
    train, validation = (
        chosen[rows] for rows in split_off(labels[chosen], config.validation_fraction, config.split_seed)
    )
    test_pictures, test_labels = _read(image_set, config.folder, train=False)
    return Dataset(
        train=_split(pictures, labels, train),
        validation=_split(pictures, labels, validation),
        test=_split(test_pictures, test_labels, np.arange(len(test_labels))),
        class_names=list(image_set.class_names),
        thumbnails=pictures,
    )


def _read(image_set: ImageSet, folder: str, *, train: bool) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    from torchvision import datasets

    loader = getattr(datasets, image_set.loader)
    try:
        data = loader(folder, train=train, download=False)
    except RuntimeError:
        try:
            data = loader(folder, train=train, download=True)
        except (OSError, RuntimeError) as error:
            raise DataError(
                f"{image_set.loader} is not in {Path(folder).absolute()} and could not be downloaded ({error}); "
                f"put there: {image_set.files}"
            ) from error
    return np.asarray(data.data, dtype=np.uint8), np.asarray(data.targets, dtype=np.int64)


def _even_share(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The first rows of every class, ``count`` in all or a little less."""
    classes = np.unique(labels)
    each = max(2, count // len(classes))
    return np.sort(np.concatenate([np.flatnonzero(labels == label)[:each] for label in classes]))


def _split(pictures: NDArray[np.uint8], labels: NDArray[np.int64], rows: NDArray[np.int64]) -> Split:
    values = pictures[rows].astype(np.float32) / 255
    values = values[:, None] if values.ndim == 3 else values.transpose(0, 3, 1, 2)
    return Split(np.ascontiguousarray(values), labels[rows], rows.astype(np.int64))


def _facts(image_set: ImageSet, config: SmallImagesConfig) -> DataFacts:
    classes = len(image_set.class_names)
    samples = min(config.samples, image_set.train) // classes * classes
    source = f"torchvision.datasets.{image_set.loader}; its own {image_set.test:,} test images"
    return DataFacts(samples, classes, image_set.shape, image_set.licence, source)


def _register(name: str, title: str, summary: str, image_set: ImageSet) -> None:
    DATA_SETS.register(
        DataSpec(
            name=name,
            title=title,
            summary=summary,
            config=SmallImagesConfig,
            read=partial(load_images, image_set),
            facts=partial(_facts, image_set),
            bundled=False,
        )
    )


def _idx_files(loader: str) -> str:
    return f"{loader}/raw/ with {{train,t10k}}-{{images-idx3,labels-idx1}}-ubyte, unpacked"


_DIGITS = tuple(str(digit) for digit in range(10))
_CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

_register(
    "mnist",
    "MNIST",
    "Handwritten digits, grey images of 28×28 pixels in 10 classes; downloaded once.",
    ImageSet("MNIST", (1, 28, 28), 60_000, 10_000, _DIGITS, _idx_files("MNIST"), "CC BY-SA 3.0"),
)
_register(
    "fashion_mnist",
    "Fashion-MNIST",
    "Pictures of clothes, grey images of 28×28 pixels in 10 classes; downloaded once.",
    ImageSet("FashionMNIST", (1, 28, 28), 60_000, 10_000, _CLOTHES, _idx_files("FashionMNIST"), "MIT"),
)
_register(
    "kmnist",
    "Kuzushiji-MNIST",
    "Handwritten Japanese characters, grey images of 28×28 pixels in 10 classes; downloaded once.",
    ImageSet("KMNIST", (1, 28, 28), 60_000, 10_000, _KANA, _idx_files("KMNIST"), "CC BY-SA 4.0"),
)
_register(
    "cifar10",
    "CIFAR-10",
    "Color photographs of 32×32 pixels in 10 classes of animals and vehicles; downloaded once.",
    ImageSet(
        "CIFAR10",
        (3, 32, 32),
        50_000,
        10_000,
        _THINGS,
        "cifar-10-batches-py/, unpacked from cifar-10-python.tar.gz",
        "no explicit licence; cite Krizhevsky 2009",
    ),
)
