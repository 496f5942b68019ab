"""Mean distance of every row to its own class and to the nearest other class, exact, without an N×N matrix in memory.

Each function takes rows ``(N, d)``, class positions ``(N,)``, class sizes ``(C,)`` and a memory bound in megabytes, and
returns two tensors ``(N,)``: the mean distance to the other members of the row's class (0 where there is none), and the
smallest mean distance to another class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from softsil.metrics._inputs import accurate, result_type, rows_per_block
from softsil.metrics._tiles import euclidean_sums

ClassDistances = Callable[[Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]]
# Blocks of this size stay in the processor's cache from one operation to the next.
CACHED_MEGABYTES = 2.4
# Matrix products are a quarter faster with a number of classes that is a multiple of this.
LANES = 4
# Distances of at most this many rounding errors are none: duplicates are at distance 0.
NOISE = 16


def cosine_distances(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> tuple[Tensor, Tensor]:
    """Means of 1 − z_i·z_j, from class sums; a zero row is at distance 1 from all others."""
    blocks = _Blocks(rows, count, max_megabytes)
    sums, inverse = blocks.zero_sums(), blocks.empty_column()
    tiny = torch.finfo(sums.dtype).tiny
    for part, block in blocks:
        norms = torch.linalg.vector_norm(block, dim=1, out=inverse[part])
        sums.index_add_(0, index[part], block.mul_(norms.clamp_(min=tiny).reciprocal_()[:, None]))
    own, nearest = blocks.own_and_nearest(sums.div_(-blocks.sizes), index)
    own, nearest = own.mul_(inverse).add_(1), nearest.mul_(inverse).add_(1)
    return _to_others(own, index, count, 1.0).masked_fill_(inverse == 1 / tiny, 1.0), _without_noise(nearest, 1.0)


def squared_euclidean_distances(
    rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float
) -> tuple[Tensor, Tensor]:
    """Means of |x_i − x_j|², from sums of rows and of their squares about the mean."""
    center = rows.mean(0, dtype=result_type(rows))  # distances stay whatever it is: it only has to be near
    blocks = _Blocks(rows, count, max_megabytes, center)
    sums, squares = blocks.zero_sums(), blocks.empty_column()
    for part, block in blocks:
        torch.linalg.vector_norm(block, dim=1, out=squares[part]).square_()
        sums.index_add_(0, index[part], block)
    class_squares = torch.zeros_like(blocks.sizes[:, 0]).index_add_(0, index, squares)[:, None]
    own, nearest = blocks.own_and_nearest(
        sums.mul_(-2).div_(blocks.sizes), index, class_squares.div_(blocks.sizes)[: count.numel()]
    )
    own, nearest = own.add_(squares), nearest.add_(squares)
    squares.mul_(2)  # what a distance near 0 is the difference of: there, row and class have the same squares
    return _to_others(own, index, count, squares), _without_noise(nearest, squares)


def euclidean_distances(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> tuple[Tensor, Tensor]:
    """Means of |x_i − x_j|, from all pairs."""
    totals = euclidean_sums(rows, index, count, max_megabytes)
    own, nearest = totals.new_empty(rows.shape[0]), totals.new_empty(rows.shape[0])
    _take(totals.div_(count[:, None]), index, own, nearest)
    return _to_others(own, index, count, 0.0), nearest


CLASS_DISTANCES: dict[str, ClassDistances] = {
    "cosine": cosine_distances,
    "sqeuclidean": squared_euclidean_distances,
    "euclidean": euclidean_distances,
}


class _Blocks:
    """Runs of rows in one accurate buffer, about a center; on accelerators as large as the bound allows."""

    def __init__(self, rows: Tensor, count: Tensor, max_megabytes: float, center: Tensor | None = None) -> None:
        self._rows, self._classes = rows, count.numel()
        padded = -(-self._classes // LANES) * LANES
        bound = min(max_megabytes, CACHED_MEGABYTES) if rows.device.type == "cpu" else max_megabytes
        self._size = min(rows.shape[0], rows_per_block(8 * (rows.shape[1] + padded), bound))
        self._buffer = rows.new_empty(self._size, rows.shape[1], dtype=accurate(rows[:0]).dtype)
        self._center = None if center is None else center.to(self._buffer)
        self.sizes = self._buffer.new_ones(padded, 1)
        self.sizes[: self._classes, 0] = count

    def __iter__(self) -> Iterator[tuple[slice, Tensor]]:
        for start in range(0, self._rows.shape[0], self._size):
            run = self._rows[start : start + self._size]
            block = self._buffer[: run.shape[0]].copy_(run)
            yield slice(start, start + run.shape[0]), block if self._center is None else block.sub_(self._center)

    def zero_sums(self) -> Tensor:
        """Room for class sums, padded."""
        return self._buffer.new_zeros(self.sizes.shape[0], self._rows.shape[1])

    def empty_column(self) -> Tensor:
        """Room for one number about each row."""
        return self._buffer.new_empty(self._rows.shape[0])

    def own_and_nearest(self, means: Tensor, index: Tensor, offsets: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Product of every row with its class's mean, and the smallest with another's; offsets ``(C, 1)`` are added."""
        own, nearest = self.empty_column(), self.empty_column()
        room = self._buffer.new_empty(means.shape[0], self._size)
        for part, block in self:
            products = torch.mm(means, block.T, out=room[:, : block.shape[0]])[: self._classes]
            if offsets is not None:
                products += offsets
            _take(products, index[part], own[part], nearest[part])
        return own, nearest


def _take(values: Tensor, index: Tensor, own: Tensor, nearest: Tensor) -> None:
    """Of values ``(C, n)``, which are overwritten: each row's at its own class, and the smallest of the others."""
    torch.gather(values, 0, index[None], out=own[None])
    torch.amin(values.scatter_(0, index[None], torch.inf), 0, out=nearest)


def _to_others(own: Tensor, index: Tensor, count: Tensor, subtracted: Tensor | float) -> Tensor:
    """Mean distances to the whole class become such to its other members, 0 without any."""
    factor = count.to(own) / (count - 1).clamp_(min=1)
    return _without_noise(own, subtracted).mul_(factor.index_select(0, index))


def _without_noise(values: Tensor, subtracted: Tensor | float) -> Tensor:
    """Differences that are no more than the rounding of what was subtracted become 0."""
    return values.masked_fill_(values <= subtracted * (NOISE * torch.finfo(values.dtype).eps), 0.0)
