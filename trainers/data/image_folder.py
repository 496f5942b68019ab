"""A folder of pictures of your own: one folder a class, the pictures of the class in it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import numpy as np
from pydantic import Field, field_validator

from trainers.data.dataset import Dataset, Split, split_rows
from trainers.data.image_cache import ImageCache
from trainers.data.picture_files import PictureFiles
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec, SplitDataConfig
from trainers.data.rows import RowsOf
from trainers.data.thumbnails import ClassPictures, SmallPictures
from trainers.data.uploads import Upload, keep_pictures
from trainers.errors import DataError
from trainers.pictures import read_picture

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
MOST_PICTURES = 1_000_000
MOST_CLASSES = 5_000
_PREVIEW_CLASSES = 30
_SPLIT_NAMES = frozenset({"train", "val", "valid", "validation", "test"})


class ImageFolderConfig(SplitDataConfig):
    """Settings of a folder of pictures."""

    path: str = Field("", max_length=1000, description="Where the folder is, on the computer that runs the app.")
    image_size: int = Field(64, ge=8, le=512, description="Height and width in pixels that every picture is made to.")
    folder: str = Field("data", min_length=1, max_length=1000, description="Where the decoded pictures are kept.")

    @field_validator("path", mode="before")
    @classmethod
    def _is_a_folder(cls, value: object) -> str:
        if not value or not isinstance(value, str):
            raise ValueError("give the path of a folder with one folder for each class")
        path = Path(value).expanduser()
        if not path.is_dir():
            raise ValueError(f"there is no folder {value!r}")
        return str(path.absolute())

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one input."""
        return 3, self.image_size, self.image_size


def load_image_folder(config: ImageFolderConfig) -> Dataset:
    """uint8 color images ``[n, 3, image_size, image_size]``, the middle square of each picture.

    Raises:
        DataError: the folder has another form, or a picture is damaged; says which.
    """
    files = listed(Path(config.path))
    cache = ImageCache(Path(config.folder), "image_folder", config.shape, {"files": files.stamp()})
    decoded = cache.filled(lambda: files)
    fractions = (config.validation_fraction, config.test_fraction)
    parts = split_rows(decoded.labels, decoded.class_names, fractions=fractions, seed=config.split_seed)
    train, validation, test = (Split(RowsOf(decoded.images, rows), decoded.labels[rows], rows) for rows in parts)
    captions = [path.name for path in files.paths]
    return Dataset(train, validation, test, decoded.class_names, SmallPictures(decoded.images), captions)


def listed(folder: Path) -> PictureFiles:
    """The pictures in a folder, sorted by class and name; files that are no pictures are passed over.

    Raises:
        DataError: no classes, classes that are rather splits, or an empty class.
    """
    # A folder's time of change tells of files that came or went, without looking at each of them.
    classes = _classes(folder)
    return _listed(folder, tuple((name, (folder / name).stat().st_mtime_ns) for name in classes))


def _classes(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    if len(names) < 2 or len(names) > MOST_CLASSES:
        raise DataError(
            f"{folder.name} has {len(names)} folder(s) in it; there must be one for each class, at least 2 and at most "
            f"{MOST_CLASSES:,}"
        )
    if _SPLIT_NAMES.issuperset(name.lower() for name in names):
        raise DataError(
            f"{folder.name} has the folders {', '.join(names)}, which are no classes; name one of them: the app splits "
            "the data itself"
        )
    return names


@lru_cache(maxsize=2)
def _listed(folder: Path, classes: tuple[tuple[str, int], ...]) -> PictureFiles:
    paths: list[Path] = []
    labels: list[int] = []
    for label, (name, _) in enumerate(classes):
        found = sorted(path for path in (folder / name).rglob("*") if path.suffix.lower() in ENDINGS)
        if not found:
            raise DataError(f"the folder {name!r} has no pictures; put some there, or take the folder away")
        paths += found
        labels += [label] * len(found)
        if len(paths) > MOST_PICTURES:
            raise DataError(f"{folder.name} has more than {MOST_PICTURES:,} pictures; choose a smaller folder")
    return PictureFiles(paths, labels, [name for name, _ in classes])


def _facts(config: ImageFolderConfig) -> DataFacts:
    files = listed(Path(config.path))
    name = Path(config.path).name
    return DataFacts(len(files), len(files.class_names), config.shape, "your own", name, tuple(files.class_names))


def _pictures(config: ImageFolderConfig) -> ClassPictures:
    files = listed(Path(config.path))
    _, first = np.unique(files.labels, return_index=True)
    first = first[:_PREVIEW_CLASSES]
    shape = (3, SmallPictures.LARGEST, SmallPictures.LARGEST)
    pictures = np.stack([read_picture(files.paths[row], shape)[0] for row in first])
    return ClassPictures(tuple(files.class_names[files.labels[row]] for row in first), pictures)


DATA_SETS.register(
    DataSpec(
        name="image_folder",
        title="Your own pictures (folder)",
        summary="A folder of yours with one folder for each class, and pictures in it.",
        config=ImageFolderConfig,
        read=load_image_folder,
        facts=_facts,
        bundled=False,
        pictures=_pictures,
        upload=Upload("A zip with one folder of pictures for each class", ("zip",), keep_pictures),
    )
)
