"""Exact nearest neighbors by matrix products, in blocks that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK_FLOATS = 4_000_000  # 16 MB of distances at a time


def nearest_neighbors(rows: NDArray[np.float32], count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The ``count`` nearest other rows of each row, nearest first; equal distances in order of the index.

    Args:
        rows: float32 ``[n, d]``.
        count: from 0 to n − 1.

    Returns:
        int32 ``[n, count]`` and Euclidean distances, float32 ``[n, count]``.
    """
    indices = np.empty((len(rows), max(count, 0)), dtype=np.int32)
    distances = np.empty(indices.shape, dtype=np.float32)
    if indices.size:
        from softsil.projection._compiled import measure_and_sort, select_nearest

        for first, scores in distance_scores(rows):
            select_nearest(scores, first, indices[first : first + len(scores)])
        measure_and_sort(rows, indices, distances)
    return indices, distances


def distance_scores(rows: NDArray[np.float32], step: int = 1) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Blocks of what orders the squared distances: ``‖b‖² − 2 a·b``, which lacks only the constant ``‖a‖²`` of its row.

    Args:
        rows: float32 ``[n, d]``.
        step: measure from every ``step``-th row only.

    Yields:
        position of the block's first row among the measured ones, and float32 ``[block, n]``.
    """
    squares = np.einsum("ij,ij->i", rows, rows)
    sources = rows[::step]
    height = max(1, _BLOCK_FLOATS // len(rows))
    for first in range(0, len(sources), height):
        block = sources[first : first + height]
        scores: NDArray[np.float32] = squares - np.float32(2.0) * (block @ rows.T)
        yield first, scores
