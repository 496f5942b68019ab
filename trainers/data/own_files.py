"""What data sets read from a person's own file have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from trainers.data.dataset import Dataset, Split
from trainers.data.registry import SplitDataConfig
from trainers.errors import DataError

MAX_FILE_BYTES = 2**31


class OwnFileConfig(SplitDataConfig):
    """Settings of a data set in one file of your own."""

    path: str = Field("", max_length=1000, description="Where the file is, on the computer that runs the app.")

    @field_validator("path", mode="before")
    @classmethod
    def _is_a_file(cls, value: object) -> str:
        if not value or not isinstance(value, str):
            raise ValueError("give the path of a file")
        path = Path(value).expanduser()
        if not path.is_file():
            raise ValueError(f"there is no file {value!r}")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError(f"{value!r} is larger than 2 GiB, the most that is read into memory")
        return str(path.absolute())

    @property
    def stamp(self) -> tuple[str, int]:
        """Names the content of the file: its path and the time of its last change."""
        return self.path, Path(self.path).stat().st_mtime_ns


def encode_labels(values: NDArray[Any], where: str) -> tuple[NDArray[np.int64], list[str]]:
    """Class index of each value and the class names, sorted.

    Raises:
        DataError: fewer than two classes.
    """
    names, indices = np.unique(values.astype(str), return_inverse=True)
    if len(names) < 2:
        raise DataError(f"{where} has {len(names)} class(es); there must be at least 2")
    return indices.astype(np.int64), [str(name) for name in names]


def standardized(data: Dataset) -> Dataset:
    """Every feature with mean 0 and spread 1 over the training split; a constant feature becomes 0."""
    known = np.asarray(data.train.inputs)
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread = np.where(spread > 0, spread, np.inf)

    def scaled(split: Split) -> Split:
        return Split(((np.asarray(split.inputs) - mean) / spread).astype(np.float32), split.labels, split.ids)

    return Dataset(scaled(data.train), scaled(data.validation), scaled(data.test), data.class_names, data.thumbnails)
