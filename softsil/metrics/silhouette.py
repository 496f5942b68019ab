"""Exact silhouettes: per sample, per class, overall."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

Metric = Literal["cosine", "sqeuclidean", "euclidean"]


class ClassSilhouettes(NamedTuple):
    """Silhouette of every class.

    Attributes:
        labels: ``(C,)`` the classes that occur, sorted.
        mean: ``(C,)`` mean silhouette of each class's samples.
        count: ``(C,)`` int64, samples of each class.
    """

    labels: Tensor
    mean: Tensor
    count: Tensor


@torch.no_grad()
def silhouette_samples(embeddings: Any, labels: Any, metric: Metric = "cosine") -> Tensor:
    """Exact silhouette of every sample."""
    x = torch.as_tensor(embeddings)
    dtype = x.dtype if x.is_floating_point() else torch.get_default_dtype()
    x = x.double()
    _, y, n = torch.unique(torch.as_tensor(labels, device=x.device), return_inverse=True, return_counts=True)
    if n.numel() < 2 or n.numel() == y.numel():
        raise ValueError(
            f"silhouettes need at least two classes and one class with two samples, "
            f"got {n.numel()} classes for {y.numel()} samples"
        )
    if metric == "cosine":
        x = torch.nn.functional.normalize(x, dim=1)
    else:
        x = x - x.mean(0)
    onehot = torch.nn.functional.one_hot(y, n.numel()).double()
    if metric == "euclidean":
        totals = torch.cat([torch.cdist(rows, x) @ onehot for rows in x.split(1024)])
    else:
        totals = _closed_form_totals(x, onehot, n, metric)
    own = totals.gather(1, y[:, None]).squeeze(1) / (n[y] - 1).clamp(min=1)
    other = (totals / n).scatter(1, y[:, None], torch.inf).amin(1)
    values = (other - own) / torch.maximum(own, other)
    return values.nan_to_num(0.0).masked_fill(n[y] == 1, 0.0).to(dtype)


def _closed_form_totals(x: Tensor, onehot: Tensor, n: Tensor, metric: str) -> Tensor:
    """Sum of distances of each sample to each class ``(N, C)``, without the sample's zero distance to itself."""
    dots, square = x @ (onehot.T @ x).T, (x * x).sum(1)
    if metric == "sqeuclidean":
        return (square[:, None] * n - 2 * dots + onehot.T @ square).clamp(min=0)
    return n - dots - onehot * (1 - square)[:, None]


def silhouette_score(embeddings: Any, labels: Any, metric: Metric = "cosine") -> float:
    """Mean silhouette over all samples."""
    return float(silhouette_samples(embeddings, labels, metric).mean())


def class_silhouettes(embeddings: Any, labels: Any, metric: Metric = "cosine") -> ClassSilhouettes:
    """Mean silhouette and number of samples of every class that occurs."""
    values = silhouette_samples(embeddings, labels, metric)
    classes, index, count = torch.unique(
        torch.as_tensor(labels, device=values.device), return_inverse=True, return_counts=True
    )
    sums = values.new_zeros(classes.numel(), dtype=torch.float64).index_add(0, index, values.double())
    return ClassSilhouettes(classes, (sums / count).to(values.dtype), count)
