"""Where the classes of an embedding space lie: distances between them, how far each sample is inside its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Margins:
    """How each sample stands between its own class and the nearest other one.

    Attributes:
        nearest: the other class whose mean direction is nearest, int64 ``[n]``.
        own: cosine distance to the mean of the own class, the sample itself left out, float32 ``[n]``; NaN for a sample
            that is alone in its class.
        other: cosine distance to the mean of ``nearest``, float32 ``[n]``.
    """

    nearest: NDArray[np.int64]
    own: NDArray[np.float32]
    other: NDArray[np.float32]

    @property
    def margin(self) -> NDArray[np.float32]:
        """``other − own``: below 0 the sample lies nearer to another class than to its own, float32 ``[n]``."""
        return self.other - self.own


def unit_rows(embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
    """The rows scaled to length 1, float32 ``[n, d]``: their dot products are cosines. A zero row stays zero."""
    rows = embeddings.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.where(lengths > 0.0, lengths, 1.0)).astype(np.float32)
    return scaled


def class_sums(
    rows: NDArray[np.float32], labels: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sum of the rows of each class, float64 ``[C, d]``, and how many there are, int64 ``[C]``."""
    sums = np.stack([rows[labels == index].sum(axis=0, dtype=np.float64) for index in range(classes)])
    return sums, np.bincount(labels, minlength=classes).astype(np.int64)


def mean_distances(rows: NDArray[np.float32], labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Mean cosine distance between two samples of each pair of classes, exact, from class sums.

    Args:
        rows: unit rows, ``[n, d]``.
        labels: class of each row, ``[n]``.
        classes: how many classes there are.

    Returns:
        float32 ``[C, C]``; on the diagonal, two different samples of one class. NaN where there is no such pair.
    """
    sums, counts = class_sums(rows, labels, classes)
    numbers = counts.astype(np.float64)
    dots = sums @ sums.T
    pairs = np.outer(numbers, numbers)
    # A sample is at distance 0 from itself: the n such pairs of a class are left out. A zero row's dot is 0, not 1.
    selves = np.bincount(labels, weights=np.einsum("ij,ij->i", rows, rows, dtype=np.float64), minlength=classes)
    np.fill_diagonal(dots, dots.diagonal() - selves)
    np.fill_diagonal(pairs, numbers * (numbers - 1))
    means = np.divide(dots, pairs, out=np.full_like(dots, np.nan), where=pairs > 0)
    distances: NDArray[np.float32] = (1.0 - means).astype(np.float32)
    return distances


def confusion(labels: NDArray[np.int64], predictions: NDArray[np.int32], classes: int) -> NDArray[np.float32]:
    """Share of each class (row) that was taken for each class (column), float32 ``[C, C]``; NaN for an absent class.

    A prediction outside the classes counts in its row's total only.
    """
    known = (predictions >= 0) & (predictions < classes)
    cells = labels[known] * classes + predictions[known]
    counts = np.bincount(cells, minlength=classes * classes).reshape(classes, classes).astype(np.float64)
    totals = np.bincount(labels, minlength=classes).astype(np.float64)[:, None]
    shares = np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
    return shares.astype(np.float32)


def class_margins(rows: NDArray[np.float32], labels: NDArray[np.int64], classes: int) -> Margins:
    """Distances of every sample to the mean direction of its own class and of the nearest other class.

    Args:
        rows: unit rows, ``[n, d]``.
        labels: class of each row, ``[n]``.
        classes: how many classes there are; at least two of them must occur.

    Raises:
        ValueError: fewer than two classes occur.
    """
    sums, counts = class_sums(rows, labels, classes)
    if (counts > 0).sum() < 2:
        raise ValueError(f"margins need samples of at least two classes, got {(counts > 0).sum()}")
    cosines = rows @ unit_rows(sums).T
    cosines[:, counts == 0] = -np.inf
    everyone = np.arange(len(rows))
    others = cosines.copy()
    others[everyone, labels] = -np.inf
    nearest = others.argmax(axis=1)
    without_itself = unit_rows(sums[labels] - rows)
    own = np.einsum("ij,ij->i", rows, without_itself)
    own = np.where(counts[labels] > 1, own, np.nan)
    return Margins(nearest, (1 - own).astype(np.float32), (1 - others[everyone, nearest]).astype(np.float32))
