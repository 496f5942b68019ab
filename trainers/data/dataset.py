"""What a loaded data set is: three splits in memory, class names, pictures of single samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trainers.data.rows import RowsOf
from trainers.data.thumbnails import Thumbnails
from trainers.errors import DataError

Indices = NDArray[np.int64]


Inputs: TypeAlias = NDArray[Any] | RowsOf


@dataclass(frozen=True)
class Split:
    """One part of a data set.

    Attributes:
        inputs: float32 ``[n, …]``, what the encoder reads; or uint8 images ``[n, channels, height, width]``, which it
            reads as float32 in [0, 1].
        labels: int64 ``[n]``, class index.
        ids: int64 ``[n]``, the sample's position in the whole data set: its identity in every run.
    """

    inputs: Inputs
    labels: NDArray[np.int64]
    ids: Indices

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, rows: Indices) -> Split:
        """The samples at ``rows``."""
        return Split(self.inputs[rows], self.labels[rows], self.ids[rows])

    def fair_share(self, count: int) -> Split:
        """At most ``count`` samples, chosen in the same way for every run: every class in proportion."""
        if count >= len(self):
            return self
        return self.subset(np.sort(np.argsort(_ranks(self.labels), kind="stable")[:count]))


@dataclass(frozen=True)
class Dataset:
    """A data set, split once and for all: the same for every seed and every loss.

    Attributes:
        train: what the encoder learns from.
        validation: what is measured every epoch; the watched sample comes from here, training samples on request.
        test: touched once, after training.
        class_names: name of every class.
        thumbnails: uint8 picture of every sample by id, ``[N, height, width]`` or ``[N, height, width, 3]``, or None.
        captions: a short text of every sample by id, or None.
    """

    train: Split
    validation: Split
    test: Split
    class_names: list[str]
    thumbnails: Thumbnails | None = None
    captions: Sequence[str] | None = None

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input."""
        return self.train.inputs.shape[1:]

    def watched(self, count: int) -> Split:
        """At most ``count`` validation samples; see :meth:`Split.fair_share`."""
        return self.validation.fair_share(count)


def _ranks(labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Position of each sample within its class, from 0 to 1: the lowest ranks are a fair share of every class."""
    ranks = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        ranks[members] = (np.arange(len(members)) + 0.5) / len(members)
    return ranks


def split_by_class(
    inputs: NDArray[Any],
    labels: NDArray[Any],
    class_names: list[str],
    *,
    fractions: tuple[float, float],
    seed: int,
    thumbnails: Thumbnails | None = None,
) -> Dataset:
    """Cut a data set into train, validation and test, every class in the same proportions.

    Args:
        inputs: ``[N, …]``, float32 or uint8 images.
        labels: ``[N]`` class indices.
        class_names: name of every class.
        fractions: shares of validation and of test.
        seed: of the split, not of the run.
        thumbnails: ``[N, …]`` uint8.

    Raises:
        DataError: a class has too few samples to be in all three splits.
    """
    rows = split_rows(labels, class_names, fractions=fractions, seed=seed)
    train, validation, test = (_split(inputs, labels, part) for part in rows)
    return Dataset(train, validation, test, class_names, thumbnails)


def split_rows(
    labels: NDArray[Any], class_names: list[str], *, fractions: tuple[float, float], seed: int
) -> tuple[Indices, Indices, Indices]:
    """Rows of train, validation and test; arguments and errors as in :func:`split_by_class`."""
    rng = np.random.default_rng(seed)
    parts: tuple[list[Indices], list[Indices], list[Indices]] = ([], [], [])
    for index, name in enumerate(class_names):
        members = rng.permutation(np.flatnonzero(labels == index))
        if len(members) < 4:
            raise DataError(
                f"class {name!r} has {len(members)} sample(s); every class needs at least 4: two to train on, one each "
                "for validation and test. Add samples or leave the class out."
            )
        held_out = [max(1, round(fraction * len(members))) for fraction in fractions]
        cuts = np.cumsum([len(members) - sum(held_out), held_out[0]])
        for part, piece in zip(parts, np.split(members, cuts), strict=True):
            part.append(piece)
    train, validation, test = (rng.permutation(np.concatenate(part)) for part in parts)
    return train, validation, test


def even_share(labels: NDArray[Any], count: int | None, seed: int) -> Indices:
    """At most ``count`` rows, in order: as many of every class where it has them; None: all rows.

    Args:
        labels: ``[N]``.
        count: rows in all.
        seed: of the choice.
    """
    if count is None or count >= len(labels):
        return np.arange(len(labels))
    classes = np.unique(labels)
    each = max(2, count // len(classes))
    rng = np.random.default_rng(seed)
    return np.sort(np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:each] for label in classes]))


def split_off(labels: NDArray[Any], fraction: float, seed: int) -> tuple[Indices, Indices]:
    """Rows to train on and rows to validate on, every class in the same proportion, both in random order.

    Args:
        labels: ``[n]``.
        fraction: share of every class to validate on; at least one sample of each.
        seed: of the split.
    """
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        held_out[members[: max(1, round(fraction * len(members)))]] = True
    return rng.permutation(np.flatnonzero(~held_out)), rng.permutation(np.flatnonzero(held_out))


def _split(inputs: NDArray[Any], labels: NDArray[Any], ids: Indices) -> Split:
    dtype = np.uint8 if inputs.dtype == np.uint8 else np.float32
    return Split(np.ascontiguousarray(inputs[ids], dtype=dtype), labels[ids].astype(np.int64), ids.astype(np.int64))
