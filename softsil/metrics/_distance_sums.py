"""Sum of the distances of every row to every class, exact, without an N×N matrix in memory.

Each function takes rows ``(N, d)``, class positions ``(N,)``, class sizes ``(C,)`` and a memory bound in megabytes, and
returns ``(C, N)`` sums in which a row is at distance 0 from itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from softsil.metrics._inputs import accurate, result_type, rows_per_block
from softsil.metrics._tiles import euclidean_sums

DistanceSums = Callable[[Tensor, Tensor, Tensor, float], Tensor]
# Puts a block of accurate rows (its own copy) in place, and says one number about each row.
Place = Callable[[Tensor], tuple[Tensor, Tensor]]
# The two blocks that live at a time stay in the processor's cache from one operation to the next.
CACHED_MEGABYTES = 4.0
# Up to this size in all, blocks are kept for the second pass; reading larger ones takes as long as making them again.
KEPT_MEGABYTES = 16.0
# Matrix products are a quarter faster with a number of classes that is a multiple of this.
LANES = 4
# Distances of at most this many rounding errors are none: duplicates are at distance 0.
NOISE = 16


def cosine_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of 1 − z_i·z_j over each class, from class sums; a zero row is at distance 1 from all others."""
    dots, inverse = _dot_class_sums(rows, index, count, max_megabytes, _normalize)
    numbers = count.to(dots)[:, None]
    totals = _without_noise(torch.sub(numbers, dots, out=dots), numbers.clone())
    if not bool(inverse.all()):
        zero = (inverse == 0).nonzero().squeeze(1)
        totals[index[zero], zero] -= 1  # by the formula, a zero row is at distance 1 from itself
    return totals


def squared_euclidean_sums(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Sum of |x_i − x_j|² over each class, from sums of rows and of their squares about the mean."""
    center = rows.mean(0, dtype=result_type(rows))  # distances stay whatever it is: it only has to be near

    def place(block: Tensor) -> tuple[Tensor, Tensor]:
        block -= center
        return block, torch.linalg.vector_norm(block, dim=1).square_()

    dots, squares = _dot_class_sums(rows, index, count, max_megabytes, place)
    numbers = count.to(dots)
    class_squares = torch.zeros_like(numbers).index_add_(0, index, squares)
    all_squares = torch.addcmul(class_squares[:, None], numbers[:, None], squares)
    return _without_noise(torch.add(all_squares, dots, alpha=-2, out=dots), all_squares)


DISTANCE_SUMS: dict[str, DistanceSums] = {
    "cosine": cosine_sums,
    "sqeuclidean": squared_euclidean_sums,
    "euclidean": euclidean_sums,
}


def _normalize(block: Tensor) -> tuple[Tensor, Tensor]:
    """Unit rows and what they were multiplied by; 0 for a zero row, which stays as it is."""
    inverse = torch.linalg.vector_norm(block, dim=1).reciprocal_()
    inverse.masked_fill_(inverse.isinf(), 0.0)
    return block.mul_(inverse[:, None]), inverse


def _without_noise(totals: Tensor, subtracted: Tensor) -> Tensor:
    """Differences that are no more than the rounding of what was subtracted become 0; overwrites both."""
    noise = subtracted.mul_(NOISE * torch.finfo(totals.dtype).eps)
    return totals.masked_fill_(totals <= noise, 0.0)


def _dot_class_sums(
    rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float, place: Place
) -> tuple[Tensor, Tensor]:
    """Product of every placed row with the sum of every class ``(C, N)``, and what ``place`` says of the rows ``(N,)``.

    In float64, because cosine distances in a narrow cone have no digits left in float32.
    """
    padded = -(-count.numel() // LANES) * LANES
    dtype = accurate(rows[:0]).dtype
    sums = rows.new_zeros(padded, rows.shape[1], dtype=dtype)
    dots, notes = rows.new_empty(padded, rows.shape[0], dtype=dtype), rows.new_empty(rows.shape[0], dtype=dtype)
    blocks = _Blocks(rows, max_megabytes, place)
    for part, (block, said) in blocks:
        sums.index_add_(0, index[part], block)
        notes[part] = said
    for part, (block, _) in blocks:
        torch.mm(sums, block.T, out=dots[:, part])
    return dots[: count.numel()], notes


class _Blocks:
    """Runs of rows, accurate and placed, any number of times; on accelerators as large as the bound allows."""

    def __init__(self, rows: Tensor, max_megabytes: float, place: Place) -> None:
        block, kept = max_megabytes, max_megabytes
        if rows.device.type == "cpu":
            block, kept = min(block, CACHED_MEGABYTES), min(kept, KEPT_MEGABYTES)
        size = rows_per_block(2 * 8 * rows.shape[1], block)
        self._parts = [slice(start, start + size) for start in range(0, rows.shape[0], size)]
        self._keep = 8e-6 * rows.numel() <= kept
        self._kept: dict[int, tuple[Tensor, Tensor]] = {}
        self._rows, self._place = rows, place

    def __iter__(self) -> Iterator[tuple[slice, tuple[Tensor, Tensor]]]:
        for part in self._parts:
            placed = self._kept.get(part.start)
            if placed is None:
                placed = self._place(accurate(self._rows[part], copy=True))
            if self._keep:
                self._kept[part.start] = placed
            yield part, placed
