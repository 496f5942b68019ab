"""Sum of the distances of every row to every class, exact, without an N×N matrix in memory.

Each function takes rows ``(N, d)``, class positions ``(N,)``, class sizes ``(C,)`` and a memory bound in megabytes, and
returns ``(C, N)`` sums in which a row is at distance 0 from itself.

The closed forms go through the rows twice, first for the class sums, then for the distances, in blocks that stay in
the processor's cache: float64 copies of all rows at once take twice as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from softsil.metrics._inputs import accurate, centered, rows_per_block
from softsil.metrics._tiles import euclidean_sums

DistanceSums = Callable[[Tensor, Tensor, Tensor, float], Tensor]
CACHED_MEGABYTES = 0.5


def cosine_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of 1 − z_i·z_j over each class, from class sums; a zero row is at distance 1 from all others."""
    numbers = count.to(accurate(rows[:0]).dtype)
    sums, totals = _allocate(rows, numbers)
    scale = numbers.new_empty(rows.shape[0])
    for part, block in _blocks(rows, max_megabytes):
        norm = torch.linalg.vector_norm(block, dim=1)
        scale[part] = norm.reciprocal_().masked_fill_(norm.isinf(), 0.0)  # a zero row stays as it is
        sums.index_add_(0, index[part], block * scale[part, None])
    for part, block in _blocks(rows, max_megabytes):
        totals[:, part] = torch.mm(sums, block.T)
    torch.addcmul(numbers[:, None], totals, scale, value=-1, out=totals)
    zero = (scale == 0).nonzero().squeeze(1)
    totals[index[zero], zero] -= 1  # by the formula, a zero row is at distance 1 from itself
    # Rounding may leave 1e-17 below zero.
    return totals.clamp_(min=0)


def squared_euclidean_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of |x_i − x_j|² over each class, from sums of rows and of their squares about the mean."""
    placed, numbers = centered(rows), count.to(accurate(rows[:0]).dtype)
    sums, totals = _allocate(rows, numbers)
    squares = numbers.new_empty(rows.shape[0])
    for part, block in _blocks(placed, max_megabytes):
        squares[part] = torch.linalg.vector_norm(block, dim=1).square_()
        sums.index_add_(0, index[part], block)
    square_sums = torch.zeros_like(numbers).index_add_(0, index, squares)
    for part, block in _blocks(placed, max_megabytes):
        totals[:, part] = torch.addmm(square_sums[:, None], sums, block.T, alpha=-2)
    return totals.addcmul_(squares, numbers[:, None]).clamp_(min=0)


DISTANCE_SUMS: dict[str, DistanceSums] = {
    "cosine": cosine_sums,
    "sqeuclidean": squared_euclidean_sums,
    "euclidean": euclidean_sums,
}


def _allocate(rows: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
    """Class sums ``(C, d)`` of zeros, and room for the result ``(C, N)``."""
    return numbers.new_zeros(numbers.numel(), rows.shape[1]), numbers.new_empty(numbers.numel(), rows.shape[0])


def _blocks(rows: Tensor, max_megabytes: float) -> Iterator[tuple[slice, Tensor]]:
    """Runs of rows, accurate; on accelerators as large as the bound allows."""
    megabytes = min(max_megabytes, CACHED_MEGABYTES) if rows.device.type == "cpu" else max_megabytes
    size = rows_per_block(8 * rows.shape[1], megabytes)
    for start in range(0, rows.shape[0], size):
        part = slice(start, start + size)
        yield part, accurate(rows[part])
