"""Soft silhouettes of a batch: the formula, and one autograd function that keeps a single N×C matrix for backward."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd import Function

from softsil._class_sums import class_sums
from softsil.losses._mean_distances import METRICS, TINY, Batch

SoftMin = Literal["normalized", "logsumexp"]


@dataclass(frozen=True)
class Softness:
    """How the minimum over classes and the maximum of the denominator are softened.

    Args:
        temperature: τ > 0.
        soft_min: ``"normalized"`` divides by the number of competing classes inside the logarithm, ``"logsumexp"``
            does not.
    """

    temperature: float
    soft_min: SoftMin

    def offset(self, batch: Batch) -> Tensor | float:
        """What is taken off the log-sum-exp over competing classes."""
        return batch.log_competing if self.soft_min == "normalized" else 0.0


def soft_silhouettes(rows: Tensor, batch: Batch, metric: str, softness: Softness) -> Tensor:
    """Soft silhouette ``(N,)`` of every row, 0 where the batch says it has none.

    Args:
        rows: ``(N, d)`` float32 or float64; centered for the Euclidean metrics.
        batch: classes of the rows.
        metric: a key of `METRICS`.
        softness: temperature and soft minimum.
    """
    if batch.count.numel() < 2:
        return rows[:, :0].sum(1)
    return _SoftSilhouettes.apply(rows, batch, metric, softness)  # type: ignore[no-any-return]


class _SoftSilhouettes(Function):
    """rows ``(N, d)`` → soft silhouettes ``(N,)``, differentiable any number of times on one process."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, batch: Batch, metric: str, softness: Softness) -> Tensor:
        distances, saved = METRICS[metric].forward(rows, batch)
        values, slopes = _soften(distances, batch, softness)
        ctx.settings = batch, metric, softness
        ctx.save_for_backward(rows, slopes, *saved)
        return values

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        batch, metric, softness = ctx.settings
        rows, slopes, *saved = ctx.saved_tensors
        if torch.is_grad_enabled():  # somebody asked for second derivatives
            plain = plain_soft_silhouettes(rows, batch, metric, softness)
            (result,) = torch.autograd.grad(plain, rows, gradient, create_graph=True)
            return result, None, None, None
        result = METRICS[metric].backward(slopes * gradient[:, None], tuple(saved), batch)
        return result, None, None, None


def _soften(distances: Tensor, batch: Batch, softness: Softness) -> tuple[Tensor, Tensor]:
    """Silhouettes ``(N,)`` and their derivatives by each mean distance ``(N, C)``; overwrites ``distances``."""
    tau, invalid = softness.temperature, ~batch.valid
    intra = distances.gather(1, batch.column)
    scores = distances.mul_(-1 / tau).scatter_(1, batch.column, -math.inf)
    if batch.absent is not None:
        scores.masked_fill_(batch.absent, -math.inf)
    highest = scores.amax(1, keepdim=True).clamp_(min=torch.finfo(scores.dtype).min)
    shares = scores.sub_(highest).exp_()
    total = shares.sum(1, keepdim=True).clamp_(min=TINY)
    nearest_inter = (total.log() + highest - softness.offset(batch)) * -tau
    width = tau * torch.logaddexp(intra / tau, nearest_inter / tau)
    values = ((nearest_inter - intra) / width).masked_fill_(invalid, 0.0)
    share_intra = torch.sigmoid((intra - nearest_inter) / tau)
    slope_intra = (values * share_intra + 1) / -width
    slope_inter = (1 - values * (1 - share_intra)) / width
    slopes = shares.mul_(slope_inter / total).scatter_(1, batch.column, slope_intra)
    return values.squeeze(1), slopes.masked_fill_(invalid, 0.0)


def plain_soft_silhouettes(rows: Tensor, batch: Batch, metric: str, softness: Softness) -> Tensor:
    """The same formula in plain differentiable operations: the road to second derivatives, and the test's witness.

    Raises:
        RuntimeError: the batch is spread over processes, where only first derivatives are offered.
    """
    if batch.distributed:
        raise RuntimeError("SoftSilhouetteLoss(distributed=True) has first derivatives only")
    tau, valid = softness.temperature, batch.valid.squeeze(1)
    total = _total_distances(rows, batch, metric)
    intra = total.gather(1, batch.column) / batch.others
    scores = (total / batch.divisor / -tau).scatter(1, batch.column, -math.inf)
    scores = (scores if batch.absent is None else scores.masked_fill(batch.absent, -math.inf))[valid]
    nearest_inter = (scores.logsumexp(1) - softness.offset(batch)) * -tau
    intra = intra.squeeze(1)[valid]
    values = (nearest_inter - intra) / (tau * torch.logaddexp(intra / tau, nearest_inter / tau))
    return rows.new_zeros(rows.shape[0]).masked_scatter(valid, values)


def _total_distances(rows: Tensor, batch: Batch, metric: str) -> Tensor:
    """Sum of distances to each class ``(N, C)``; a row is at distance 0 from itself."""
    number, count = batch.count.numel(), batch.count
    if metric == "euclidean":
        squares = ((rows[:, None] - rows) ** 2).sum(2)
        distances = torch.where(squares > 0, squares, 1.0).sqrt() * (squares > 0)
        return rows.new_zeros(rows.shape[0], number).index_add(1, batch.index, distances)
    if metric == "sqeuclidean":
        squares = (rows * rows).sum(1)
        dots = rows @ class_sums(rows, batch.index, number).T
        return squares[:, None] * count - 2 * dots + class_sums(squares, batch.index, number)
    norm = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    unit = rows / torch.where(norm > TINY, norm, torch.inf)
    sums = class_sums(unit, batch.index, number) + (0 if batch.remembered is None else batch.remembered)
    zero = (norm <= TINY).to(rows.dtype)
    return (count - unit @ sums.T).scatter_add(1, batch.column, -zero)
