"""Arrays of your own: an NPZ file with ``inputs`` (vectors or images) and ``labels``, or two NPY files."""

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
from trainers.data.thumbnails import ClassPictures, SmallPictures, Thumbnails
from trainers.data.uploads import Upload, keep_file
from trainers.errors import DataError

_SHAPES = "[n, features], [n, height, width], [n, height, width, 3] or [n, channels, height, width]"


class ArraysConfig(OwnFileConfig):
    """Settings of a file of arrays."""


def load_arrays(config: ArraysConfig) -> Dataset:
    """Vectors and float images standardized on the training split, float32; or uint8 images.

    Raises:
        DataError: the file or its arrays cannot be used; says which and why.
    """
    inputs, labels, names, pictures = array_contents(config.stamp)
    data = split_by_class(
        inputs,
        labels,
        names,
        fractions=(config.validation_fraction, config.test_fraction),
        seed=config.split_seed,
        thumbnails=pictures,
    )
    return data if inputs.dtype == np.uint8 else standardized(data)


@lru_cache(maxsize=2)
def array_contents(
    stamp: tuple[str, int],
) -> tuple[NDArray[Any], NDArray[np.int64], list[str], Thumbnails | None]:
    """Inputs (float32, or uint8 images with channels first), class indices, class names and pictures of a file.

    Args:
        stamp: path of the file and time of its last change.

    Raises:
        DataError: as in :func:`load_arrays`.
    """
    path = Path(stamp[0])
    arrays = _read(path)
    missing = {"inputs", "labels"} - set(arrays)
    if missing:
        raise DataError(f"{path.name} lacks {' and '.join(sorted(missing))}; it has {', '.join(sorted(arrays))}")
    raw, labels = arrays["inputs"], arrays["labels"]
    if labels.ndim != 1 or len(labels) != len(raw):
        raise DataError(f"labels has shape {labels.shape}, expected one class for each of the {len(raw)} inputs")
    if raw.dtype.kind not in "iufb" or not np.isfinite(raw).all():
        raise DataError(f"inputs must be finite numbers, got {raw.dtype}")
    indices, names = encode_labels(labels, "labels")
    inputs = _shaped(raw)
    return inputs, indices, names, _pictures(inputs)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        if path.suffix.lower() != ".npy":
            return read_arrays(path)
        labels = path.with_name("labels.npy")
        if not labels.is_file():
            raise DataError(f"{path.name} needs a file labels.npy beside it, with one class for each input")
        return {"inputs": np.load(path, allow_pickle=False), "labels": np.load(labels, allow_pickle=False)}
    except (UnreadableFileError, ValueError, OSError, EOFError) as error:
        raise error if isinstance(error, DataError) else DataError(str(error)) from error


def _shaped(raw: NDArray[Any]) -> NDArray[Any]:
    if raw.ndim not in (2, 3, 4):
        raise DataError(f"inputs has shape {raw.shape}, expected {_SHAPES}")
    values = raw if raw.dtype == np.uint8 and raw.ndim > 2 else raw.astype(np.float32)
    if raw.ndim == 3:
        values = values[:, None]
    elif raw.ndim == 4 and raw.shape[3] == 3:
        values = values.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(values)


def _pictures(inputs: NDArray[Any]) -> Thumbnails | None:
    return SmallPictures(inputs) if inputs.dtype == np.uint8 and inputs.shape[1] in (1, 3) else None


def _class_pictures(config: ArraysConfig) -> ClassPictures | None:
    _, labels, names, pictures = array_contents(config.stamp)
    return None if pictures is None else ClassPictures.of(labels, names, pictures)


def _facts(config: ArraysConfig) -> DataFacts:
    inputs, labels, names, _ = array_contents(config.stamp)
    return DataFacts(len(labels), len(names), inputs.shape[1:], "your own", Path(config.path).name, tuple(names))


DATA_SETS.register(
    DataSpec(
        name="arrays",
        title="Your own arrays (NPZ)",
        summary="A NumPy file of yours with inputs (vectors or images) and labels, one for each input.",
        config=ArraysConfig,
        read=load_arrays,
        facts=_facts,
        bundled=False,
        pictures=_class_pictures,
        upload=Upload("An NPZ file with the arrays inputs and labels", ("npz",), keep_file),
    )
)
