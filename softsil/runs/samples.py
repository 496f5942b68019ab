"""The watched sample: the fixed points, normally held-out ones, whose embeddings are stored at every epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_arrays, write_arrays


@dataclass(frozen=True)
class Samples:
    """What is known of each watched point.

    Attributes:
        ids: stable identity of each point, int64 or text, ``[n]``.
        labels: class index of each point, int64 ``[n]``, into ``class_names``.
        class_names: name of every class.
        split: the split each point comes from, text ``[n]``.
        thumbnails: uint8 ``[n, height, width]`` or ``[n, height, width, 3]``, or None.
        class_values: what the caller calls each class, ascending; not stored. None: the class indices.
    """

    ids: NDArray[Any]
    labels: NDArray[np.int64]
    class_names: list[str]
    split: NDArray[np.str_]
    thumbnails: NDArray[np.uint8] | None = None
    class_values: NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """Which points the network did not learn from, bool ``[n]``; all, where it learned from all of them."""
        chosen: NDArray[np.bool_] = self.split != "train"
        return chosen if chosen.any() else ~chosen

    @classmethod
    def of(
        cls,
        ids: ArrayLike | None,
        labels: ArrayLike,
        class_names: Sequence[str] | None = None,
        split: str | ArrayLike | None = None,
        thumbnails: ArrayLike | None = None,
    ) -> Samples:
        """Check and store what a caller gave.

        ``labels`` are indices into ``class_names``; without names they may be any integers or text, and their sorted
        distinct values become the classes.

        Raises:
            ValueError: lengths differ, ids repeat, a label has no class name, or thumbnails are not uint8 images.
        """
        raw = np.asarray(labels)
        if raw.ndim != 1 or len(raw) == 0:
            raise ValueError(f"labels must be a list of at least one class, got an array of shape {raw.shape}")
        names, indices, values = _encode(raw, class_names)
        count = len(indices)
        samples = cls(
            ids=np.arange(count) if ids is None else np.asarray(ids),
            labels=indices,
            class_names=names,
            split=np.broadcast_to(np.asarray("validation" if split is None else split, dtype=np.str_), (count,)),
            thumbnails=None if thumbnails is None else np.asarray(thumbnails),
            class_values=values,
        )
        samples._check()
        return samples

    def encode(self, predictions: NDArray[Any]) -> NDArray[np.int32]:
        """Class index of each prediction, int32 ``[n]``; −1 for a class that no watched point has."""
        values = np.arange(len(self.class_names)) if self.class_values is None else self.class_values
        indices = np.searchsorted(values, predictions).clip(max=len(values) - 1)
        return np.where(values[indices] == predictions, indices, -1).astype(np.int32)

    def _check(self) -> None:
        count = len(self.labels)
        if self.ids.shape != (count,):
            raise ValueError(f"samples has shape {self.ids.shape}, expected one id for each of the {count} labels")
        if self.ids.dtype.kind not in "iuU":
            raise ValueError(f"sample ids must be integers or text, got {self.ids.dtype}")
        if len(np.unique(self.ids)) != count:
            raise ValueError("sample ids repeat; every watched point needs an id of its own")
        if self.thumbnails is None:
            return
        shape = self.thumbnails.shape
        if (
            self.thumbnails.dtype != np.uint8
            or len(shape) not in (3, 4)
            or shape[0] != count
            or shape[3:] not in ((), (3,))
        ):
            raise ValueError(
                f"thumbnails must be uint8 [{count}, height, width] or [{count}, height, width, 3], "
                f"got {self.thumbnails.dtype} {list(shape)}"
            )

    def write(self, path: Path) -> None:
        """Store as ``samples.npz``."""
        arrays: dict[str, NDArray[Any]] = {
            "ids": self.ids,
            "labels": self.labels,
            "class_names": np.asarray(self.class_names, dtype=np.str_),
            "split": np.ascontiguousarray(self.split),
        }
        if self.thumbnails is not None:
            arrays["thumbnails"] = self.thumbnails
        write_arrays(path, arrays)

    @classmethod
    def read(cls, path: Path) -> Samples:
        """Load ``samples.npz``.

        Raises:
            UnreadableFileError: missing, damaged, or its parts do not fit together.
        """
        arrays = read_arrays(path)
        try:
            samples = cls(
                ids=arrays["ids"],
                labels=arrays["labels"].astype(np.int64),
                class_names=[str(name) for name in arrays["class_names"]],
                split=arrays["split"],
                thumbnails=arrays.get("thumbnails"),
            )
            samples._check()
        except (KeyError, ValueError) as error:
            raise UnreadableFileError(f"{path.parent.name}/{path.name} is incomplete: {error}") from error
        return samples


def _encode(
    labels: NDArray[Any], class_names: Sequence[str] | None
) -> tuple[list[str], NDArray[np.int64], NDArray[Any] | None]:
    if class_names is None:
        values, indices = np.unique(labels, return_inverse=True)
        return [str(value) for value in values], indices.astype(np.int64), values
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= len(class_names):
        raise ValueError(
            f"labels must be integers from 0 to {len(class_names) - 1} (one for each class name), "
            f"got {labels.dtype} from {labels.min()} to {labels.max()}"
        )
    return [str(name) for name in class_names], labels.astype(np.int64), None
