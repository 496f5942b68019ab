"""Samples whose label may be wrong: they lie deep in another class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsil.analysis.classes import Margins

NEIGHBORS = 10
_MOST_NEIGHBORS = 0.5


@dataclass(frozen=True)
class Suspects:
    """Suspected label errors, the strongest first.

    Attributes:
        rows: positions in the sample, int64 ``[m]``.
        classes: the class each of them seems to belong to, int64 ``[m]``.
        neighbors: share of its nearest neighbors that carry the label of that class, float32 ``[m]``.
    """

    rows: NDArray[np.int64]
    classes: NDArray[np.int64]
    neighbors: NDArray[np.float32]


def suspected_label_errors(
    labels: NDArray[np.int64],
    margins: Margins,
    silhouettes: NDArray[np.float32],
    neighbors: NDArray[np.int32],
) -> Suspects:
    """Samples that are as much inside another class as its own members are.

    Three things must hold: the silhouette is below 0; the sample is at least as near to the mean of the other class as
    that class's members are on average (the class-wise threshold of confident learning, with closeness to the class
    mean in the place of a predicted probability); and more than half of its nearest neighbors have that label.

    Args:
        labels: class of each sample, ``[n]``.
        margins: of the same samples.
        silhouettes: ``[n]``; NaN counts as not low.
        neighbors: neighbor table ``[n, k]``.

    Reference:
        Northcutt, Jiang, Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70.
    """
    typical = _typical_distances(labels, margins.own)
    inside = margins.other <= typical[margins.nearest]
    share = (labels[neighbors] == margins.nearest[:, None]).mean(axis=1) if neighbors.size else np.zeros(len(labels))
    found = np.flatnonzero((silhouettes < 0) & inside & (share > _MOST_NEIGHBORS))
    order = np.lexsort((silhouettes[found], -share[found]))
    rows = found[order]
    return Suspects(rows, margins.nearest[rows], share[rows].astype(np.float32))


def _typical_distances(labels: NDArray[np.int64], own: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean distance of each class's members to its mean, float64 ``[C]``; −∞ where there is none to compare with."""
    classes = int(labels.max()) + 1
    known = np.isfinite(own)
    sums = np.bincount(labels[known], weights=own[known], minlength=classes)
    counts = np.bincount(labels[known], minlength=classes)
    typical: NDArray[np.float64] = np.divide(sums, counts, out=np.full(classes, -np.inf), where=counts > 0)
    return typical
