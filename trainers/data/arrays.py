"""Arrays of your own: an NPZ file with ``inputs`` (vectors or images) and ``labels``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_arrays
from trainers.data.dataset import Dataset, split_by_class
from trainers.data.own_files import OwnFileConfig, encode_labels, standardized
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec
from trainers.errors import DataError

_SHAPES = "[n, features], [n, height, width], [n, height, width, 3] or [n, channels, height, width]"


class ArraysConfig(OwnFileConfig):
    """Settings of a file of arrays."""


def load_arrays(config: ArraysConfig) -> Dataset:
    """Vectors standardized on the training split, or uint8 images in [0, 1], float32.

    Raises:
        DataError: the file or its arrays cannot be used; says which and why.
    """
    inputs, labels, names, pictures = _contents(config.stamp)
    data = split_by_class(
        inputs,
        labels,
        names,
        fractions=(config.validation_fraction, config.test_fraction),
        seed=config.split_seed,
        thumbnails=pictures,
    )
    return data if pictures is not None else standardized(data)


@lru_cache(maxsize=2)
def _contents(
    stamp: tuple[str, int],
) -> tuple[NDArray[np.float32], NDArray[np.int64], list[str], NDArray[np.uint8] | None]:
    path = Path(stamp[0])
    try:
        arrays = read_arrays(path)
    except UnreadableFileError as error:
        raise DataError(str(error)) from error
    missing = {"inputs", "labels"} - set(arrays)
    if missing:
        raise DataError(f"{path.name} lacks {' and '.join(sorted(missing))}; it has {', '.join(sorted(arrays))}")
    raw, labels = arrays["inputs"], arrays["labels"]
    if labels.ndim != 1 or len(labels) != len(raw):
        raise DataError(f"labels has shape {labels.shape}, expected one class for each of the {len(raw)} inputs")
    if raw.dtype.kind not in "iufb" or not np.isfinite(raw).all():
        raise DataError(f"inputs must be finite numbers, got {raw.dtype}")
    indices, names = encode_labels(labels, "labels")
    return _shaped(raw), indices, names, _pictures(raw)


def _shaped(raw: NDArray[Any]) -> NDArray[np.float32]:
    if raw.ndim not in (2, 3, 4):
        raise DataError(f"inputs has shape {raw.shape}, expected {_SHAPES}")
    values = raw.astype(np.float32) / (255 if raw.dtype == np.uint8 else 1)
    if raw.ndim == 3:
        values = values[:, None]
    elif raw.ndim == 4 and raw.shape[3] == 3:
        values = values.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(values)


def _pictures(raw: NDArray[Any]) -> NDArray[np.uint8] | None:
    if raw.dtype != np.uint8 or raw.ndim == 2:
        return None
    return raw if raw.ndim == 3 or raw.shape[3] == 3 else raw[:, 0]


def _facts(config: ArraysConfig) -> DataFacts:
    inputs, labels, names, _ = _contents(config.stamp)
    return DataFacts(len(labels), len(names), inputs.shape[1:], "your own", Path(config.path).name)


DATA_SETS.register(
    DataSpec(
        name="arrays",
        title="Your own arrays (NPZ)",
        summary="A NumPy file of yours with inputs (vectors or images) and labels, one for each input.",
        config=ArraysConfig,
        read=load_arrays,
        facts=_facts,
        bundled=False,
    )
)
