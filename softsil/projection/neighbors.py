"""Exact nearest neighbors by matrix products, in blocks that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK_FLOATS = 4_000_000  # 16 MB of distances at a time
_TILE = 1024  # rows on each side of a tile: 4 MB of distances


def nearest_neighbors(rows: NDArray[np.float32], count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The ``count`` nearest other rows of each row, nearest first; equal distances in order of the index.

    Each pair of rows is compared once, tile by tile, and serves both.

    Args:
        rows: float32 ``[n, d]``.
        count: from 0 to n − 1.

    Returns:
        int32 ``[n, count]`` and Euclidean distances, float32 ``[n, count]``.
    """
    indices = np.zeros((len(rows), max(count, 0)), dtype=np.int32)
    distances = np.full(indices.shape, np.inf, dtype=np.float32)
    if indices.size:
        from softsil.projection._compiled import measure_and_sort, select_nearest

        for top, left, tile in _squared_distances(rows):
            select_nearest(tile, top, left, distances, indices)
        measure_and_sort(rows, indices, distances)
    return indices, distances


def _squared_distances(rows: NDArray[np.float32]) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """Tiles on and right of the diagonal, with the rows they begin at; the next tile overwrites the last.

    One product [−2a, ‖a‖², 1] · [b, 1, ‖b‖²] gives a tile, so that nothing has to be added to it.
    """
    squares = np.einsum("ij,ij->i", rows, rows)[:, None]
    ones = np.ones_like(squares)
    lefts, rights = np.hstack([-2 * rows, squares, ones]), np.hstack([rows, ones, squares]).T.copy()
    buffer = np.empty((_TILE, _TILE), np.float32)
    for top in range(0, len(rows), _TILE):
        above = lefts[top : top + _TILE]
        for left in range(top, len(rows), _TILE):
            beside = rights[:, left : left + _TILE]
            tile = buffer[: above.shape[0], : beside.shape[1]]
            yield top, left, np.matmul(above, beside, out=tile)


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
