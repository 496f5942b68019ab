"""The inner loops, compiled by numba and kept on disk, so that a second process does not compile again.

Import this module inside functions only: numba takes a second to load.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_RUN = 64  # distances looked at together
_LONGEST_PULL = np.float32(4.0)  # umap-learn's clip of one gradient component


@njit(cache=True)
def select_nearest(
    tile: NDArray[np.float32], top: int, left: int, best: NDArray[np.float32], chosen: NDArray[np.int32]
) -> None:
    """Put what is near in a tile of squared distances among the nearest so far, on both of its sides.

    Args:
        tile: distances of points ``top``, ``top + 1``, … (rows) to points ``left``, ``left + 1``, … (columns); a tile
            on the diagonal counts once, and no point is its own neighbor.
        top: first point of the rows.
        left: first point of the columns.
        best: the smallest distances so far of every point, ascending, infinite where there is none yet.
        chosen: the points at these distances.
    """
    height, width = tile.shape
    last = best.shape[1] - 1
    limits = np.empty(width, np.float32)
    for c in range(width):
        limits[c] = best[left + c, last]
    for r in range(height):
        row = tile[r]
        limit = best[top + r, last]
        for start in range(0, width, _RUN):
            stop = min(start + _RUN, width)
            # Most runs hold nothing near. Slices, so that the compiler sees that no index wraps around, and no branch:
            # this loop becomes vector instructions.
            run, bounds = row[start:stop], limits[start:stop]
            near = np.int32(0)
            for c in range(len(run)):
                near += np.int32((run[c] < limit) | (run[c] < bounds[c]))
            if near == 0:
                continue
            for c in range(start, stop):
                if top == left and c == r:
                    continue
                if row[c] < best[top + r, last]:
                    _insert(row[c], left + c, best[top + r], chosen[top + r])
                if top != left and row[c] < limits[c]:
                    _insert(row[c], top + r, best[left + c], chosen[left + c])
                    limits[c] = best[left + c, last]
            limit = best[top + r, last]


@njit(cache=True)
def _insert(value: float, index: int, best: NDArray[np.float32], chosen: NDArray[np.int32]) -> None:
    """Put ``value`` into its place; among equal ones the first stays first, the largest drops out."""
    place = best.shape[0] - 1
    while place > 0 and best[place - 1] > value:
        best[place] = best[place - 1]
        chosen[place] = chosen[place - 1]
        place -= 1
    best[place] = value
    chosen[place] = index


@njit(cache=True)
def measure_and_sort(rows: NDArray[np.float32], indices: NDArray[np.int32], distances: NDArray[np.float32]) -> None:
    """Exact distances to the chosen neighbors by direct differences (a product cancels digits); sorts each row."""
    for i in range(indices.shape[0]):
        for p in range(indices.shape[1]):
            j = indices[i, p]
            total = np.float32(0.0)
            for c in range(rows.shape[1]):
                gap = rows[i, c] - rows[j, c]
                total += gap * gap
            distance = np.sqrt(total)
            place = p
            while place > 0 and distances[i, place - 1] > distance:
                distances[i, place] = distances[i, place - 1]
                indices[i, place] = indices[i, place - 1]
                place -= 1
            distances[i, place] = distance
            indices[i, place] = j


@njit(cache=True)
def sum_excess_ranks(
    scores: NDArray[np.float32], first: int, step: int, map_neighbors: NDArray[np.int32], known: NDArray[np.int32]
) -> float:
    """Sum over map neighbors that are no true neighbors of their true rank minus k."""
    total = 0.0
    count = map_neighbors.shape[1]
    for r in range(scores.shape[0]):
        i = (first + r) * step
        row = scores[r]
        for p in range(count):
            j = map_neighbors[i, p]
            if (known[i] == j).any():
                continue
            limit = row[j]
            closer = 0
            for c in range(row.shape[0]):
                closer += row[c] < limit
            if row[i] < limit:
                closer -= 1
            total += max(closer + 1 - count, 0)
    return total


@njit(cache=True)
def _random_below(state: NDArray[np.uint64], i: int, limit: int) -> int:
    # One splitmix64 step of point i's own generator; the product's upper half scales it to 0 … limit − 1.
    state[i] += _GOLDEN
    bits = state[i]
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX
    bits = bits ^ (bits >> np.uint64(31))
    return int(((bits >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32))


@njit(cache=True, fastmath=True)
def improve_layout(
    layout: NDArray[np.float32],
    heads: NDArray[np.int32],
    tails: NDArray[np.int32],
    gaps: NDArray[np.float32],
    a: float,
    b: float,
    epochs: int,
    learning_rate: float,
    negatives: float,
    seed: int,
) -> None:
    """UMAP's stochastic gradient descent over the edges, in place, on one thread; see :mod:`..methods.umap`.

    Args:
        layout: float32 ``[n, dims]``, contiguous.
        heads: edge starts, int32 ``[edges]``.
        tails: edge ends, int32 ``[edges]``.
        gaps: epochs between two uses of an edge, ≥ 1, float32 ``[edges]``.
        a: first parameter of the curve ``1 / (1 + a d^2b)``.
        b: second parameter of that curve.
        epochs: passes over the edges.
        learning_rate: of the first pass; falls linearly to 0.
        negatives: repulsions for each attraction.
        seed: the random numbers depend on it and the point alone, never on coordinates: the same in every frame.
    """
    n, dims = layout.shape
    state = np.empty(n, np.uint64)
    for i in range(n):
        state[i] = (np.uint64(seed) * _MIX) ^ (np.uint64(i + 1) * _GOLDEN * _MIX)
    due = gaps.copy()
    negative_gaps = gaps / np.float32(negatives)
    negative_due = negative_gaps.copy()
    a32, b32 = np.float32(a), np.float32(b)
    for epoch in range(epochs):
        rate = np.float32(learning_rate * (1.0 - epoch / epochs))
        for edge in range(heads.shape[0]):
            if due[edge] > epoch:
                continue
            due[edge] += gaps[edge]
            i, j = heads[edge], tails[edge]
            _attract(layout, i, j, dims, a32, b32, rate)
            repulsions = int((epoch - negative_due[edge]) / negative_gaps[edge])
            negative_due[edge] += repulsions * negative_gaps[edge]
            for _ in range(repulsions):
                _repel(layout, i, _random_below(state, i, n), dims, a32, b32, rate)


@njit(cache=True, fastmath=True, inline="always")
def _attract(layout: Any, i: int, j: int, dims: int, a: Any, b: Any, rate: Any) -> None:
    square = np.float32(0.0)
    for c in range(dims):
        gap = layout[i, c] - layout[j, c]
        square += gap * gap
    if square <= 0.0:
        return
    power = square**b
    slope = np.float32(-2.0) * a * b * power / (square * (np.float32(1.0) + a * power))
    for c in range(dims):
        pull = slope * (layout[i, c] - layout[j, c])
        pull = rate * min(max(pull, -_LONGEST_PULL), _LONGEST_PULL)
        layout[i, c] += pull
        layout[j, c] -= pull


@njit(cache=True, fastmath=True, inline="always")
def _repel(layout: Any, i: int, j: int, dims: int, a: Any, b: Any, rate: Any) -> None:
    square = np.float32(0.0)
    for c in range(dims):
        gap = layout[i, c] - layout[j, c]
        square += gap * gap
    if square <= 0.0:
        return
    slope = np.float32(2.0) * b / ((np.float32(0.001) + square) * (np.float32(1.0) + a * square**b))
    for c in range(dims):
        push = slope * (layout[i, c] - layout[j, c])
        layout[i, c] += rate * min(max(push, -_LONGEST_PULL), _LONGEST_PULL)
