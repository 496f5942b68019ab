"""Mean distance of every row to every class, with gradients by hand.

Each metric is a pair of functions. ``forward(rows, batch)`` gives ``distances (N, C)`` and what backward needs;
``backward(gradient, saved, batch)`` turns the gradient of the distances into the gradient of the rows. Column ``y_i``
of row i holds its own class with the row itself left out: a_i; the other columns hold D_ic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from softsil._class_sums import class_sums
from softsil.distributed import gather_rows, sum_over_processes

Saved = tuple[Tensor, ...]
# Elements of one block of pairwise distances: 16 MB in float32.
BLOCK_ELEMENTS = 4_000_000
TINY = 1e-12
# A remembered class that has faded below this many samples counts as absent.
FADED = 0.1


@dataclass(frozen=True)
class Batch:
    """Classes of a batch, perhaps spread over processes, perhaps with remembered samples.

    Args:
        index: ``(N,)`` int64, class position of each local row.
        count: ``(C,)`` floating point, samples of each class everywhere; 0 only for a class that memory lacks.
        distributed: whether the rows are one process's part of a global batch.
        remembered: ``(C, d)`` sums of remembered rows, already counted in ``count``.
    """

    index: Tensor
    count: Tensor
    distributed: bool = False
    remembered: Tensor | None = None

    @cached_property
    def column(self) -> Tensor:
        """``(N, 1)`` own class of each row, for gather and scatter."""
        return self.index[:, None]

    @cached_property
    def own(self) -> Tensor:
        """``(N, 1)`` samples of the own class, the row itself included."""
        return self.count[self.column]

    @cached_property
    def others(self) -> Tensor:
        """``(N, 1)`` samples of the own class without the row itself, kept above 0 where there is none."""
        return (self.own - 1).clamp_(min=FADED / 2)

    @cached_property
    def absent(self) -> Tensor | None:
        """``(C,)`` which classes have no samples, or None if all have some."""
        return None if self.remembered is None else self.count == 0

    @cached_property
    def divisor(self) -> Tensor:
        """``(C,)`` counts to divide by."""
        return self.count if self.absent is None else self.count.masked_fill(self.absent, 1.0)

    @cached_property
    def valid(self) -> Tensor:
        """``(N, 1)`` rows whose class has another sample and that meet at least one competing class."""
        several = self.own > 1
        if self.absent is None:
            return several if self.count.numel() > 1 else several.logical_and_(torch.zeros_like(several))
        return several & ((~self.absent).sum() > 1)

    @cached_property
    def log_competing(self) -> Tensor | float:
        """Logarithm of the number of competing classes."""
        if self.absent is None:
            return math.log(max(self.count.numel() - 1, 1))
        return ((~self.absent).sum() - 1).clamp(min=1).to(self.count.dtype).log()

    def sums(self, values: Tensor) -> Tensor:
        """Class sums of ``values`` over all processes."""
        total = class_sums(values, self.index, self.count.numel())
        return sum_over_processes(total) if self.distributed else total


class MeanDistances(Protocol):
    """One metric."""

    def forward(self, rows: Tensor, batch: Batch) -> tuple[Tensor, Saved]:
        """Distances ``(N, C)`` and what backward needs."""
        ...

    def backward(self, gradient: Tensor, saved: Saved, batch: Batch) -> Tensor:
        """Gradient of the rows ``(N, d)``; may overwrite ``gradient``."""
        ...


class Cosine:
    """1 − cosine similarity, from class sums: O(N·C·d) time, O(N·C) memory. Rows need not be normalized."""

    def forward(self, rows: Tensor, batch: Batch) -> tuple[Tensor, Saved]:
        """Mean of 1 − z_i·z_j over each class, z the normalized rows; a zero row stays zero, 1 from everything."""
        norm = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
        inverse = norm.reciprocal().masked_fill_(norm <= TINY, 0.0)  # no direction: no gradient either
        unit = rows * inverse
        sums = batch.sums(unit)
        if batch.remembered is not None:
            sums += batch.remembered
        means = sums.div_(batch.divisor[:, None])
        distances = torch.addmm(unit.new_ones(1), unit, means.T, alpha=-1)
        itself = (inverse == 0).to(unit.dtype)  # by the formula a zero row is at distance 1 from itself, others at 0
        return _leave_one_out(distances, batch, itself), (unit, inverse, means)

    def backward(self, gradient: Tensor, saved: Saved, batch: Batch) -> Tensor:
        """Through the similarities, the class sums and the normalization."""
        unit, inverse, means = saved
        gradient = _undo_leave_one_out(gradient, batch)
        pushed = (gradient.T @ unit).div_(batch.divisor[:, None])
        if batch.distributed:
            pushed = sum_over_processes(pushed)
        result = torch.addmm(pushed[batch.index], gradient, means).neg_()
        radial = (result * unit).sum(1, keepdim=True)
        return result.addcmul_(unit, radial, value=-1).mul_(inverse)


class SquaredEuclidean:
    """Squared Euclidean distance, from class sums of rows and of their squares. Rows should be centered."""

    def forward(self, rows: Tensor, batch: Batch) -> tuple[Tensor, Saved]:
        """Mean of |x_i|² − 2 x_i·x_j + |x_j|² over each class."""
        squares = (rows * rows).sum(1)
        sums = batch.sums(torch.cat([rows, squares[:, None]], dim=1)).div_(batch.divisor[:, None])
        means, spread = sums[:, :-1], sums[:, -1]
        distances = torch.addmm(spread, rows, means.T, alpha=-2).add_(squares[:, None]).clamp_(min=0)
        return _leave_one_out(distances, batch), (rows, means)

    def backward(self, gradient: Tensor, saved: Saved, batch: Batch) -> Tensor:
        """Through row squares, products and class sums."""
        rows, means = saved
        gradient = _undo_leave_one_out(gradient, batch)
        pushed = torch.cat([gradient.T @ rows, gradient.sum(0)[:, None]], dim=1)
        pushed.div_(batch.divisor[:, None])
        if batch.distributed:
            pushed = sum_over_processes(pushed)
        own = pushed[batch.index]
        factor = gradient.sum(1, keepdim=True) + own[:, -1:]
        return torch.addmm(own[:, :-1], gradient, means).sub_(rows * factor).mul_(-2)


class Euclidean:
    """Euclidean distance: no closed form, so all pairs, in blocks of bounded memory. Rows should be centered."""

    def forward(self, rows: Tensor, batch: Batch) -> tuple[Tensor, Saved]:
        """Mean of |x_i − x_j| over each class; processes gather each other's rows."""
        columns, index, first = rows, batch.index, 0
        if batch.distributed:
            columns, first = gather_rows(rows)
            index, _ = gather_rows(batch.index)
        blocks = [_sum_by_class(_pairwise(block, columns), index, batch) for block in _blocks(rows, columns)]
        totals = torch.cat(blocks) if blocks else rows.new_zeros(0, batch.count.numel())
        distances = totals.div_(batch.divisor)
        saved = (rows, columns, index, torch.tensor(first))
        return _leave_one_out(distances, batch), saved

    def backward(self, gradient: Tensor, saved: Saved, batch: Batch) -> Tensor:
        """Distances are computed again, block by block."""
        rows, columns, index, first = saved
        weights = _undo_leave_one_out(gradient, batch).div_(batch.divisor)
        by_row, by_column = torch.empty_like(rows), torch.zeros_like(columns)
        start = 0
        for block in _blocks(rows, columns):
            stop = start + block.shape[0]
            force = _divide_or_zero(weights[start:stop].index_select(1, index), _pairwise(block, columns))
            by_row[start:stop] = block * force.sum(1, keepdim=True) - force @ columns
            by_column += columns * force.sum(0)[:, None] - force.T @ block
            start = stop
        if batch.distributed:
            by_column = sum_over_processes(by_column)
        return by_row + by_column[int(first) : int(first) + rows.shape[0]]


METRICS: dict[str, MeanDistances] = {
    "cosine": Cosine(),
    "sqeuclidean": SquaredEuclidean(),
    "euclidean": Euclidean(),
}


class _MeanDistances(Function):
    """rows ``(N, d)`` → mean distances ``(N, C)``, once differentiable."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, batch: Batch, metric: str) -> Tensor:
        distances, saved = METRICS[metric].forward(rows, batch)
        ctx.settings = batch, metric
        ctx.save_for_backward(*saved)
        return distances

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        batch, metric = ctx.settings
        return METRICS[metric].backward(gradient.clone(), ctx.saved_tensors, batch), None, None


def mean_distances(rows: Tensor, batch: Batch, metric: str) -> Tensor:
    """Mean distance ``(N, C)`` of every row to every class, the row itself left out of its own; once differentiable."""
    return _MeanDistances.apply(rows, batch, metric)  # type: ignore[no-any-return]


def centered(rows: Tensor) -> Tensor:
    """Rows about their mean: Euclidean distances stay, rounding errors far from the origin go."""
    return rows - rows.sum(0) / max(1, rows.shape[0])


def _leave_one_out(distances: Tensor, batch: Batch, self_distance: Tensor | float = 0.0) -> Tensor:
    """Take each row out of the mean of its own class, in place."""
    if distances.numel() == 0:
        return distances
    total = distances.gather(1, batch.column).mul_(batch.own).sub_(self_distance)
    return distances.scatter_(1, batch.column, total.div_(batch.others))


def _undo_leave_one_out(gradient: Tensor, batch: Batch) -> Tensor:
    """Gradient of the plain class means, given that of the means with the row left out."""
    if gradient.numel() == 0:
        return gradient
    own = gradient.gather(1, batch.column).mul_(batch.own).div_(batch.others)
    return gradient.scatter_(1, batch.column, own)


def _blocks(rows: Tensor, columns: Tensor) -> tuple[Tensor, ...]:
    return torch.split(rows, max(1, BLOCK_ELEMENTS // max(1, columns.shape[0]))) if rows.shape[0] else ()


def _pairwise(rows: Tensor, columns: Tensor) -> Tensor:
    """Euclidean distances ``(n, m)``; pairs nearer than rounding noise count as duplicates, at distance 0."""
    row_squares, column_squares = (rows * rows).sum(1)[:, None], (columns * columns).sum(1)
    squares = torch.addmm(column_squares, rows, columns.T, alpha=-2).add_(row_squares)
    noise = 8 * torch.finfo(rows.dtype).eps * (row_squares + column_squares)
    return squares.masked_fill_(squares <= noise, 0.0).sqrt_()


def _sum_by_class(distances: Tensor, index: Tensor, batch: Batch) -> Tensor:
    return distances.new_zeros(distances.shape[0], batch.count.numel()).index_add_(1, index, distances)


def _divide_or_zero(values: Tensor, distances: Tensor) -> Tensor:
    return torch.where(distances > 0, values / distances.clamp(min=TINY), 0.0)
