"""Sum of the distances of every row to every class, exact, without an N×N matrix in memory.

Each function takes rows ``(N, d)``, class positions ``(N,)``, class sizes ``(C,)`` and a memory bound in megabytes, and
returns ``(C, N)`` sums in which a row is at distance 0 from itself.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from softsil._class_sums import class_sums
from softsil.metrics._inputs import accurate, centered
from softsil.metrics._tiles import euclidean_sums

DistanceSums = Callable[[Tensor, Tensor, Tensor, float], Tensor]


def cosine_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of 1 − z_i·z_j over each class, from class sums; a zero row is at distance 1 from all others."""
    unit = accurate(rows)
    norm = torch.linalg.vector_norm(unit, dim=1, keepdim=True)
    unit = unit / norm.masked_fill(norm == 0, 1.0)
    sums = class_sums(unit, index, count.numel())
    totals = torch.addmm(count.to(unit.dtype)[:, None], sums, unit.T, alpha=-1)
    # A zero row gets 1 for itself by the formula; rounding may leave 1e-17 below zero elsewhere.
    return totals.scatter_add_(0, index[None], -(norm == 0).to(unit.dtype).T).clamp_(min=0)


def squared_euclidean_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of |x_i − x_j|² over each class, from sums of rows and of their squares about the mean."""
    placed = accurate(centered(rows))
    squares = torch.linalg.vector_norm(placed, dim=1).square_()
    sums, square_sums = class_sums(placed, index, count.numel()), class_sums(squares, index, count.numel())
    totals = torch.addmm(square_sums[:, None], sums, placed.T, alpha=-2)
    return totals.addcmul_(squares, count.to(squares.dtype)[:, None]).clamp_(min=0)


DISTANCE_SUMS: dict[str, DistanceSums] = {
    "cosine": cosine_sums,
    "sqeuclidean": squared_euclidean_sums,
    "euclidean": euclidean_sums,
}
