"""UMAP's fuzzy neighbor graph and its low-dimensional curve (McInnes, Healy, Melville 2018, arXiv:1802.03426).

The same numbers as umap-learn's ``fuzzy_simplicial_set`` and ``find_ab_params`` (a test compares them), in vectorized
NumPy: importing umap-learn and compiling its version takes a fresh process 10–25 s, this takes none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BISECTIONS = 64
_NARROWEST = 1e-3  # of the mean distance: umap-learn's MIN_K_DIST_SCALE


def membership_strengths(distances: NDArray[np.floating]) -> NDArray[np.float32]:
    """Directed edge weights: ``exp(−(d − ρ) / σ)`` with σ such that a row sums to ``log2(k + 1)`` (sections 3.1, 4.1).

    Args:
        distances: to the k nearest other points, ascending, ``[n, k]``.

    Returns:
        float32 ``[n, k]`` in (0, 1].
    """
    exact = distances.astype(np.float64)
    positive = np.where(exact > 0.0, exact, np.inf).min(axis=1, keepdims=True)
    nearest = np.where(np.isfinite(positive), positive, 0.0)
    beyond = np.maximum(exact - nearest, 0.0)
    sigma = np.maximum(_bandwidths(beyond), _NARROWEST * _mean_distances(exact, nearest))
    return np.exp(-beyond / np.where(sigma > 0.0, sigma, 1.0)).astype(np.float32)


def _mean_distances(exact: NDArray[np.float64], nearest: NDArray[np.float64]) -> NDArray[np.float64]:
    # umap-learn counts the point itself, at distance 0, among its neighbors.
    count = exact.shape[1] + 1
    own = exact.sum(axis=1, keepdims=True) / count
    means: NDArray[np.float64] = np.where(nearest > 0.0, own, exact.sum() / (count * len(exact)))
    return means


def _bandwidths(beyond: NDArray[np.float64]) -> NDArray[np.float64]:
    target = np.log2(beyond.shape[1] + 1)
    low = np.zeros((len(beyond), 1))
    high = np.full((len(beyond), 1), np.inf)
    middle = np.ones((len(beyond), 1))
    for _ in range(_BISECTIONS):
        sums = np.exp(-beyond / middle).sum(axis=1, keepdims=True)
        if np.all(np.abs(sums - target) < 1e-5):
            break
        too_wide = sums > target
        high = np.where(too_wide, middle, high)
        low = np.where(too_wide, low, middle)
        middle = np.where(np.isinf(high), 2.0 * middle, (low + high) / 2.0)
        middle = np.maximum(middle, np.finfo(np.float64).tiny)
    return middle


def fuzzy_graph(indices: NDArray[np.int32], distances: NDArray[np.float32]) -> Any:
    """The symmetric graph ``W + Wᵀ − W ∘ Wᵀ`` of directed membership strengths.

    Args:
        indices: nearest other points, ``[n, k]``.
        distances: their distances, ``[n, k]``.

    Returns:
        SciPy's CSR matrix, float32 ``[n, n]``, sorted indices.
    """
    from scipy.sparse import csr_matrix

    n, k = indices.shape
    weights = membership_strengths(distances)
    starts = np.arange(n + 1, dtype=np.int32) * k
    directed = csr_matrix((weights.ravel(), indices.ravel(), starts), shape=(n, n))
    both = directed.multiply(directed.T)
    graph = (directed + directed.T - both).tocsr()
    graph.sort_indices()
    graph.eliminate_zeros()
    return graph


@lru_cache(maxsize=32)
def curve_parameters(min_dist: float, spread: float = 1.0) -> tuple[float, float]:
    """The (a, b) of ``1 / (1 + a d^2b)`` that best fits 1 up to ``min_dist`` and an exponential decay beyond."""
    from scipy.optimize import curve_fit

    d = np.linspace(0.0, 3.0 * spread, 300)
    wanted = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    (a, b), _ = curve_fit(lambda x, a, b: 1.0 / (1.0 + a * x ** (2.0 * b)), d, wanted)
    return float(a), float(b)
