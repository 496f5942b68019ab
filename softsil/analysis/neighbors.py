"""Exact nearest neighbors in plain NumPy, and how many of them two spaces have in common.

The maps' own search (:mod:`softsil.projection.neighbors`) is compiled, which takes seconds in a fresh process; a page
asks for one table now and then.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softsil.projection.neighbors import distance_scores

_GROUP = 32
_MOST_CANDIDATES = 20


def nearest(rows: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """The ``count`` nearest other rows of each row, nearest first, int32 ``[n, count]``.

    Args:
        rows: float32 ``[n, d]``; unit rows for cosine neighbors.
        count: at most n − 1 are found.
    """
    count = max(0, min(count, len(rows) - 1))
    found = np.empty((len(rows), count), dtype=np.int32)
    if count == 0:
        return found
    for first, scores in distance_scores(rows):
        block = np.arange(len(scores))
        scores[block, first + block] = np.inf
        found[first : first + len(scores)] = _smallest(scores, count)
    return found


def _smallest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Columns of the ``count`` smallest values of each row, ascending, equal ones in order of the column.

    Most values are never sorted: the ``count``-th smallest of the minima of disjoint groups of columns is an upper
    bound on the ``count``-th smallest value, and few values lie below it.
    """
    height, width = scores.shape
    size = max(1, min(_GROUP, width // (4 * count)))
    groups = width // size
    minima = scores[:, : size * groups].reshape(height, size, groups).min(axis=1)
    bound = np.partition(minima, count - 1, axis=1)[:, count - 1]
    rows, columns = np.nonzero(scores <= bound[:, None])
    if len(rows) > _MOST_CANDIDATES * count * height:  # many equal points
        return np.argsort(scores, axis=1, kind="stable")[:, :count]
    order = np.lexsort((columns, scores[rows, columns], rows))
    starts = np.searchsorted(rows, np.arange(height))
    smallest: NDArray[np.int64] = columns[order][starts[:, None] + np.arange(count)]
    return smallest


def nearest_to(point: NDArray[np.float32], rows: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The ``count`` rows nearest to ``point``, nearest first; equal distances in order of the index.

    Args:
        point: float32 ``[d]``.
        rows: float32 ``[n, d]``.
        count: at most n are found.
    """
    distances = np.square(rows - point).sum(axis=1)
    return np.argsort(distances, kind="stable")[:count]


def share_changed(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.float32]:
    """For each sample the share of its neighbors in ``after`` that are none in ``before``, float32 ``[n]``.

    Args:
        before: neighbor table ``[n, k]``.
        after: neighbor table ``[n, k]`` of the same samples.
    """
    if after.size == 0:
        return np.zeros(len(after), dtype=np.float32)
    kept = (after[:, :, None] == before[:, None, :]).any(axis=2)
    changed: NDArray[np.float32] = (1.0 - kept.mean(axis=1)).astype(np.float32)
    return changed
