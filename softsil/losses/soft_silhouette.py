"""The Soft Silhouette Loss: every sample nearer to its own class than to the best competing class of the batch."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from softsil._class_sums import class_sums, find_classes
from softsil.distributed import differentiable_sum_over_processes, gather_rows, sum_over_processes, world_size
from softsil.losses._mean_distances import METRICS, TINY, Batch
from softsil.losses._precision import check_batch, full_precision, single_or_double
from softsil.losses._soft_silhouette import SoftMin, Softness, soft_silhouettes
from softsil.losses.class_memory import ClassMemory
from softsil.losses.schedule import Schedule, constant

Metric = Literal["cosine", "sqeuclidean", "euclidean"]
Reduction = Literal["mean", "class_mean", "none"]


class SoftSilhouetteLoss(nn.Module):
    r"""Mean of 1 − soft silhouette over the valid samples of a batch.

    With the mean distance D_ic of sample i to class c, a_i that to its own class without itself, K competing classes
    and temperature τ::

        b_i  = −τ · log( 1/K · Σ_c exp(−D_ic/τ) )          best competing class, softly
        s_i  = (b_i − a_i) / ( τ · log(exp(a_i/τ) + exp(b_i/τ)) )
        loss = mean over valid i of (1 − s_i)               in (0, 2)

    A sample is valid if its class has another sample and the batch has another class. Without valid samples the loss
    is a zero that back-propagates. Cosine and squared Euclidean distances cost O(N·C·d) time and O(N·C) memory, by
    class sums; Euclidean ones cost O(N²·d) time, in blocks.

    Use it beside cross-entropy, with every class several times in a batch: the silhouette is that of the batch.

    Args:
        metric: ``"cosine"`` (the paper's setting, as we read it), ``"sqeuclidean"`` or ``"euclidean"``.
        temperature: τ > 0, or a `Schedule` of it over epochs (see `set_epoch`). As τ → 0 the silhouette becomes the
            classical one.
        soft_min: ``"normalized"`` as above, or ``"logsumexp"``, the literal form without 1/K, which is biased by
            −τ·log K and turns singular when embeddings collapse.
        reduction: ``"mean"`` over valid samples, ``"class_mean"`` over classes of the mean of each class, so that rare
            classes weigh as much as frequent ones, or ``"none"``: ``(N,)``, 0 where not valid.
        ignore_index: samples with this label are left out altogether.
        rescale: divide by the root mean square distance from the mean before a Euclidean metric, so that τ means the
            same at any scale; cosine distances have none.
        memory: remembered class sums, so that every class counts even if the batch lacks it; cosine only.
        distributed: the batch is spread over ``torch.distributed`` processes: the value is that of the global batch,
            and the gradient is scaled so that averaging over processes, as DistributedDataParallel does, is right.

    Raises:
        ValueError: an argument is out of range.

    Reference:
        Todescato & Carbonera 2026, arXiv 2604.08573; the formulas are our reading. Rousseeuw 1987 for the silhouette.

    Example:
        >>> embeddings = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
        >>> round(SoftSilhouetteLoss()(embeddings, torch.tensor([3, 3, 7, 7])).item(), 2)
        0.01
    """

    def __init__(
        self,
        metric: Metric = "cosine",
        temperature: float | Schedule = 0.1,
        soft_min: SoftMin = "normalized",
        reduction: Reduction = "mean",
        *,
        ignore_index: int | None = None,
        rescale: bool = True,
        memory: ClassMemory | None = None,
        distributed: bool = False,
    ) -> None:
        super().__init__()
        _check_choice("metric", metric, tuple(METRICS))
        _check_choice("soft_min", soft_min, ("normalized", "logsumexp"))
        _check_choice("reduction", reduction, ("mean", "class_mean", "none"))
        if memory is not None and metric != "cosine":
            raise ValueError(f"a class memory works with the cosine metric only, got metric={metric!r}")
        self.schedule = temperature if isinstance(temperature, Schedule) else constant(float(temperature))
        if not min(self.schedule.start, self.schedule.end) > 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")
        self.metric, self.soft_min, self.reduction = metric, soft_min, reduction
        self.ignore_index, self.rescale, self.distributed = ignore_index, rescale, distributed
        self.memory = memory
        self.temperature = self.schedule(0)

    def set_epoch(self, epoch: float) -> None:
        """Move a scheduled temperature to ``epoch``: passes over the data so far, may be fractional."""
        self.temperature = self.schedule(epoch)

    def forward(self, embeddings: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
        """The loss.

        Args:
            embeddings: ``(N, d)`` floating point; half precision is computed in float32.
            labels: ``(N,)`` integers, any values.
            weights: ``(N,)`` non-negative weight of each sample in the mean (for ``"none"``, a factor).

        Returns:
            Scalar, or ``(N,)`` for reduction ``"none"``; float32, or float64 for float64 embeddings.

        Raises:
            ValueError: shapes do not fit, or labels are not integers.
        """
        check_batch(embeddings, labels)
        if weights is not None and weights.shape != labels.shape:
            raise ValueError(f"weights must have shape {tuple(labels.shape)}, got {tuple(weights.shape)}")
        with full_precision(embeddings):
            rows = single_or_double(embeddings)
            if self.ignore_index is None:
                return self._reduce(rows, labels, weights)
            keep = (labels != self.ignore_index).nonzero().squeeze(1)
            result = self._reduce(rows[keep], labels[keep], None if weights is None else weights[keep])
            return result if result.ndim == 0 else rows.new_zeros(rows.shape[0]).index_copy(0, keep, result)

    def extra_repr(self) -> str:
        """Settings, for ``print``."""
        return f"metric={self.metric!r}, temperature={self.temperature:g}, reduction={self.reduction!r}"

    def _reduce(self, rows: Tensor, labels: Tensor, weights: Tensor | None) -> Tensor:
        batch = self._batch(rows, labels)
        values = soft_silhouettes(self._place(rows), batch, self.metric, Softness(self.temperature, self.soft_min))
        if self.memory is not None and self.training:
            self.memory.update(rows.detach(), labels, self.distributed)
        factors = batch.valid.squeeze(1).to(rows.dtype)
        if weights is not None:
            factors = factors * weights.detach()
        return factors * (1 - values) if self.reduction == "none" else self._mean(values, self._shares(factors, batch))

    def _batch(self, rows: Tensor, labels: Tensor) -> Batch:
        """Which classes there are: here, on other processes, in memory."""
        if self.memory is not None:
            return self.memory.batch(rows, labels, self.distributed)
        if not self.distributed:
            _, index, count = find_classes(labels)
            return Batch(index, count.to(rows.dtype))
        everyone, first = gather_rows(labels)
        _, index, count = find_classes(everyone)
        return Batch(index[first : first + labels.shape[0]], count.to(rows.dtype), distributed=True)

    def _place(self, rows: Tensor) -> Tensor:
        """Center rows for a Euclidean metric (distances stay, rounding errors shrink) and give them unit spread."""
        if self.metric == "cosine":
            return rows
        sums = torch.cat([rows.sum(0), rows.new_full((1,), rows.shape[0])])
        sums = differentiable_sum_over_processes(sums) if self.distributed else sums
        number = sums[-1].detach().clamp(min=1)
        rows = rows - sums[:-1] / number
        if not self.rescale:
            return rows
        squares = (rows * rows).sum()
        squares = differentiable_sum_over_processes(squares) if self.distributed else squares
        return rows / (squares / number).clamp(min=TINY).sqrt()

    def _shares(self, factors: Tensor, batch: Batch) -> Tensor:
        """Share of each sample in the mean; they add up to 1, or to 0 if nothing is valid."""
        by_class = self.reduction == "class_mean"
        mass = class_sums(factors, batch.index, batch.count.numel()) if by_class else factors.sum()
        mass = sum_over_processes(mass) if self.distributed else mass
        if not by_class:
            return factors / mass.clamp(min=TINY)
        groups = (mass > 0).sum()
        return factors / (mass * groups).clamp(min=TINY)[batch.index]

    def _mean(self, values: Tensor, shares: Tensor) -> Tensor:
        mine = shares.sum() - torch.dot(shares, values)
        if not self.distributed:
            return mine
        scaled = mine * world_size()  # DistributedDataParallel divides the summed gradients by the number of processes
        return scaled + (sum_over_processes(mine) - scaled).detach()


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
