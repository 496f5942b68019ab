"""The Silhouette Distance loss: the classical silhouette itself as an objective, hard minimum and hard maximum."""

from __future__ import annotations

import math
from typing import Literal

from torch import Tensor, nn

from softsil._class_sums import find_classes
from softsil.losses._mean_distances import Batch, centered, mean_distances
from softsil.losses._precision import check_batch, full_precision, single_or_double

Metric = Literal["cosine", "sqeuclidean", "euclidean"]


class SilhouetteDistanceLoss(nn.Module):
    """(1 − mean silhouette) / 2 of the batch, in [0, 1].

    With the mean distance a_i of sample i to its own class without itself, and D_ic to every other class c::

        s_i  = (min_c D_ic − a_i) / max(a_i, min_c D_ic, δ)
        loss = (1 − mean over valid i of s_i) / 2

    Only the nearest competing class of each sample gets a gradient: `SoftSilhouetteLoss` spreads it over near ones. A
    sample without another of its class, or without another class, is left out; if all are, the loss is a zero that
    back-propagates. The Euclidean metric costs O(N²·d) time, the others O(N·C·d).

    Args:
        metric: ``"euclidean"`` (as published), ``"sqeuclidean"`` or ``"cosine"``.
        delta: lower bound of the denominator, so that gradients stay bounded when embeddings collapse; above 0.

    Raises:
        ValueError: an argument is out of range.

    Reference:
        Pinitas, Rasajski, Makantasis & Yannakakis 2024, Silhouette Distance Loss for Learning Few-Shot Contrastive
        Representations, PMLR 263:32–39. Our reading, for batches instead of few-shot episodes.
    """

    def __init__(self, metric: Metric = "euclidean", delta: float = 1e-4) -> None:
        super().__init__()
        if metric not in ("cosine", "sqeuclidean", "euclidean"):
            raise ValueError(f"metric must be one of cosine, sqeuclidean, euclidean, got {metric!r}")
        if not delta > 0:
            raise ValueError(f"delta must be above 0, got {delta}")
        self.metric, self.delta = metric, delta

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of embeddings ``(N, d)`` with integer labels ``(N,)``.

        Raises:
            ValueError: shapes do not fit, or labels are not integers.
        """
        check_batch(embeddings, labels)
        with full_precision(embeddings):
            rows = single_or_double(embeddings)
            _, index, count = find_classes(labels)
            batch = Batch(index, count.to(rows.dtype))
            if batch.count.numel() < 2:
                return rows[:0].sum()
            rows = rows if self.metric == "cosine" else centered(rows)
            distances = mean_distances(rows, batch, self.metric)
            intra = distances.gather(1, batch.column)
            nearest_inter = distances.scatter(1, batch.column, math.inf).amin(1, keepdim=True)
            silhouettes = (nearest_inter - intra) / nearest_inter.maximum(intra).clamp(min=self.delta)
            valid = batch.valid.to(rows.dtype)
            return (valid * (1 - silhouettes)).sum() / valid.sum().clamp(min=1) / 2

    def extra_repr(self) -> str:
        """Settings, for ``print``."""
        return f"metric={self.metric!r}, delta={self.delta:g}"
