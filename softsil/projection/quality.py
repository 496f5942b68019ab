"""How far a map can be believed: trustworthiness, neighbors kept, and how much it moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softsil.projection.alignment import rms_radius
from softsil.projection.neighbors import distance_scores
from softsil.projection.points import Points, share_common

NEIGHBORS = 15
# Above this many points trustworthiness is measured from evenly spaced rows (against all points).
MEASURED_ROWS = 10_000


def map_neighbors(layout: NDArray[np.floating], count: int = NEIGHBORS) -> NDArray[np.int32]:
    """The ``count`` nearest other points of each point of a layout, int32 ``[n, count]``, nearest first."""
    from scipy.spatial import cKDTree

    exact = layout.astype(np.float64)
    count = min(count, len(layout) - 1)
    _, found = cKDTree(exact).query(exact, k=count + 1)
    # Where many points coincide, the point itself need not be found: then the last one found goes.
    is_self = found == np.arange(len(layout))[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    others: NDArray[np.int32] = found[~is_self].reshape(len(layout), count).astype(np.int32)
    return others


def trustworthiness(points: Points, neighbors_in_map: NDArray[np.int32], *, rows: int = MEASURED_ROWS) -> float | None:
    """1 if the neighbors on the map are neighbors in the embedding space, near 0.5 for a random map.

    ``1 − 2 / (n k (2n − 3k − 1)) Σ max(0, rank − k)`` over the k map neighbors of every point (Venna and Kaski 2001);
    scikit-learn's ``trustworthiness``, without its N × N matrix.

    Args:
        points: the embeddings.
        neighbors_in_map: as :func:`map_neighbors` gives them, ``[n, k]``.
        rows: measure from about this many points at most.

    Returns:
        None where it is not defined: fewer than 2 k + 1 points.
    """
    n, k = neighbors_in_map.shape
    if k < 1 or k >= n / 2:
        return None
    from softsil.projection._compiled import sum_excess_ranks

    step = -(-n // rows)
    known, _ = points.neighbors(k)
    known = np.ascontiguousarray(known)
    excess = sum(
        sum_excess_ranks(scores, first, step, neighbors_in_map, known)
        for first, scores in distance_scores(points.rows, step)
    )
    measured = len(range(0, n, step))
    return float(1.0 - 2.0 * excess / (measured * k * (2 * n - 3 * k - 1)))


def neighbors_kept(points: Points, neighbors_in_map: NDArray[np.int32]) -> float | None:
    """Mean share of the k nearest neighbors in the embedding space that are among the k nearest on the map."""
    if neighbors_in_map.size == 0:
        return None
    known, _ = points.neighbors(neighbors_in_map.shape[1])
    return share_common(known, neighbors_in_map)


def jitter(layout: NDArray[np.floating], previous: NDArray[np.floating]) -> float | None:
    """Mean move of a point since ``previous``, in units of the layout's RMS radius."""
    radius = rms_radius(layout)
    if layout.shape != previous.shape or radius == 0.0:
        return None
    return float(np.linalg.norm(layout - previous, axis=1).mean() / radius)
