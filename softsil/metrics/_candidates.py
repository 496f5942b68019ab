"""Which classes may be the nearest one of a row by mean Euclidean distance, from class statistics alone.

The distances Z of a row to a class have a mean square M = E Z² in closed form, and their mean lies between two bounds:
E Z ≤ √M, and by Hölder's inequality E Z ≥ M^{3/2} / (E Z⁴)^{1/2}, where E Z⁴ = M² + Var Z². With y the members about
the class mean and v the row about it, Z² = |v|² + |y|² − 2 v·y, so its standard deviation is at most that of |y|² plus
2 |v| √λ, λ the largest variance of the class along any direction. A class whose lower bound is above the upper bound of
another one is not the nearest, and its pairs need not be looked at. In many dimensions distances hardly vary, so few
classes are left.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from softsil._class_sums import class_sums
from softsil.metrics._inputs import accurate, rows_per_block

# Bounds may be this much apart and still count as touching: more than their rounding.
SLACK = 1e-4
# Blocks of this size stay in the processor's cache.
BLOCK_MEGABYTES = 1.0


def possibly_nearest(rows: Tensor, index: Tensor, count: Tensor, max_megabytes: float) -> Tensor:
    """Whether each class may be the nearest other one of each row ``(C, N)``.

    Args:
        rows: ``(N, d)``, sorted by class, about their mean, of a scale near 1.
        index: ``(N,)`` class of each row.
        count: ``(C,)`` rows of each class.
        max_megabytes: bound on a block of rows and their bounds.
    """
    means = class_sums(accurate(rows), index, count.numel()).div_(count[:, None])
    spread, wobble, widest = _statistics(rows, means, count)
    offsets = means.square().sum(1)[:, None]
    rounding = 256 * torch.finfo(means.dtype).eps
    possible = torch.empty(count.numel(), rows.shape[0], dtype=torch.bool, device=rows.device)
    size = rows_per_block(24 * count.numel() + 8 * rows.shape[1], min(max_megabytes, BLOCK_MEGABYTES))
    for start in range(0, rows.shape[0], size):
        block, own = accurate(rows[start : start + size]), index[None, start : start + size]
        squares = torch.linalg.vector_norm(block, dim=1).square_()
        # In double precision until the difference is taken; what follows may be as rough as the slack.
        apart = (means @ block.T).mul_(-2).add_(offsets).add_(squares).clamp_(min=0).to(rows.dtype)
        mean_square = apart + spread
        relative = apart.sqrt_().mul_(widest).add_(wobble).div_(mean_square)
        upper = mean_square.scatter(0, own, torch.inf).amin(0).add_(squares, alpha=rounding)
        lower = mean_square.div_(relative.square_().add_(1)).mul_(1 - SLACK)
        # Not "lower <= upper": where all is 0, the lower bound is not a number.
        part = torch.gt(lower, upper, out=possible[:, start : start + size])
        part.logical_not_().scatter_(0, own, False)
    return possible


def _statistics(rows: Tensor, means: Tensor, count: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of |y|² the mean and the standard deviation, and an upper bound of 2 √λ; each ``(C, 1)``."""
    found = rows.new_zeros(3, count.numel(), 1)
    edges = [0, *count.cumsum(0).tolist()]
    for position, (start, stop) in enumerate(pairwise(edges)):
        gaps = accurate(rows[start:stop], copy=True).sub_(means[position])
        squares = torch.linalg.vector_norm(gaps, dim=1).square_()
        spread = squares.mean()
        scaled = gaps.div_(spread.sqrt().clamp_(min=torch.finfo(rows.dtype).tiny)).to(rows.dtype)
        found[0, position] = spread
        found[1, position] = squares.std(correction=0)
        found[2, position] = 2 * (spread * _largest_share(scaled)).sqrt()
    return found[0], found[1], found[2]


def _largest_share(gaps: Tensor) -> Tensor:
    """Upper bound of the largest eigenvalue λ of the covariance: (Σ λ⁸)^{1/8}, without any eigenvalue."""
    number, size = gaps.shape
    covariance = (gaps.T @ gaps if size < number else gaps @ gaps.T).div_(number)
    squared = covariance @ covariance
    length: Tensor = torch.linalg.vector_norm(squared @ squared)
    return length.pow(0.25)
