"""The embeddings of one epoch, ready to be projected."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Metric = Literal["cosine", "euclidean"]

# Enough for the default graph and for the quality figures, so that one search serves both.
_SEARCH_AT_LEAST = 15


class Points:
    """Embeddings of one epoch and, once asked for, their exact nearest neighbors.

    With ``metric="cosine"`` the rows are scaled to length 1, so that Euclidean neighbors of the rows are the cosine
    neighbors of the embeddings; a zero row stays zero.

    Args:
        embeddings: ``[n, d]``, any float type, finite.
        metric: what "near" means for these embeddings.

    Attributes:
        rows: float32 ``[n, d]``, centered on their mean (which changes no distance and loses fewer digits).

    Raises:
        ValueError: not a finite matrix.
    """

    def __init__(self, embeddings: NDArray[np.floating], metric: Metric = "cosine") -> None:
        if embeddings.ndim != 2 or not np.isfinite(embeddings).all():
            raise ValueError(f"embeddings should be a finite matrix [n, d], got shape {list(embeddings.shape)}")
        rows = embeddings.astype(np.float64)
        if metric == "cosine":
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
            rows /= np.where(lengths > 0.0, lengths, 1.0)
        self.metric = metric
        self.rows: NDArray[np.float32] = np.ascontiguousarray(rows - rows.mean(axis=0), dtype=np.float32)
        self._neighbors: tuple[NDArray[np.int32], NDArray[np.float32]] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def neighbors(self, count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The ``count`` nearest other points of each point, nearest first, and their Euclidean distances.

        Fewer than ``count`` come back when there are not as many other points.

        Returns:
            int32 ``[n, count]`` and float32 ``[n, count]``.
        """
        count = min(count, len(self) - 1)
        if self._neighbors is None or self._neighbors[0].shape[1] < count:
            from softsil.projection.neighbors import nearest_neighbors

            self._neighbors = nearest_neighbors(self.rows, min(max(count, _SEARCH_AT_LEAST), len(self) - 1))
        indices, distances = self._neighbors
        return indices[:, :count], distances[:, :count]


def share_changed(before: Points, after: Points, count: int = 15) -> float:
    """Share of the nearest neighbors that are new: 0 for the same geometry, near 1 for an unrelated one."""
    old, _ = before.neighbors(count)
    new, _ = after.neighbors(count)
    return 1.0 - share_common(old, new)


def share_common(first: NDArray[np.int32], second: NDArray[np.int32]) -> float:
    """Mean share of entries that the rows of two neighbor tables of one shape ``[n, k]`` have in common."""
    if first.size == 0:
        return 1.0
    width = int(max(first.max(), second.max())) + 1
    offsets = np.arange(len(first), dtype=np.int64)[:, None] * width
    return float(np.isin((second + offsets).ravel(), (first + offsets).ravel()).mean())
