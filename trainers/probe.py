"""A linear classifier on frozen embeddings: the same judge for every loss, whether it trains a classifier or not."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MAX_SAMPLES = 20_000
MAX_ITERATIONS = 100


class LinearProbe:
    """Multinomial logistic regression on standardized embeddings, fitted to convergence.

    Minimizes mean cross-entropy + ‖W‖² / (2 n) by L-BFGS from zero: scikit-learn's ``LogisticRegression(C=1)``. The
    problem is convex, so there is no seed; it is the usual way to judge contrastive embeddings (Khosla et al. 2020).

    Args:
        embeddings: ``[n, d]`` of the training split; of more than 20,000 an even choice is read.
        labels: ``[n]`` int64.
        num_classes: classes of the data.
    """

    def __init__(self, embeddings: Tensor, labels: Tensor, num_classes: int) -> None:
        stride = -(-len(labels) // MAX_SAMPLES)
        rows, labels = embeddings[::stride].detach().float(), labels[::stride]
        self._center, self._scale = rows.mean(0), rows.std(0, correction=0).clamp(min=1e-6)
        self._weight = _fit((rows - self._center) / self._scale, labels, num_classes)

    def accuracy(self, embeddings: Tensor, labels: Tensor) -> float:
        """Share of ``embeddings [m, d]`` whose class the probe guesses."""
        logits = _logits(self._weight, (embeddings.float() - self._center) / self._scale)
        return float((logits.argmax(1) == labels).float().mean())


@torch.enable_grad()
def _fit(rows: Tensor, labels: Tensor, num_classes: int) -> Tensor:
    weight = rows.new_zeros(num_classes, rows.shape[1] + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=MAX_ITERATIONS, tolerance_grad=1e-5, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        penalty = weight[:, :-1].square().sum() / (2 * len(rows))
        value = functional.cross_entropy(_logits(weight, rows), labels) + penalty
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach()


def _logits(weight: Tensor, rows: Tensor) -> Tensor:
    return rows @ weight[:, :-1].T + weight[:, -1]
