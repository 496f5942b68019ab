"""Exact silhouettes: per sample, per class, overall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from softsil._class_sums import class_sums, find_classes
from softsil.metrics._class_distances import CLASS_DISTANCES
from softsil.metrics._inputs import MAX_MEGABYTES, read_inputs, result_type

Metric = Literal["cosine", "sqeuclidean", "euclidean"]


@dataclass(frozen=True)
class ClassSilhouettes:
    """Silhouette of every class; unpacks as ``mean, count``.

    Args:
        mean: ``(C,)`` mean silhouette of each class's samples.
        count: ``(C,)`` int64, samples of each class.
        labels: ``(C,)`` the classes that occur, sorted.
    """

    mean: Tensor
    count: Tensor
    labels: Tensor

    def __iter__(self) -> Iterator[Tensor]:
        return iter((self.mean, self.count))


@torch.no_grad()
def silhouette_samples(
    embeddings: Any, labels: Any, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES
) -> Tensor:
    """Silhouette of every sample: (b − a) / max(a, b), a the mean distance to the own class, b to the nearest other.

    1: deep inside its class; 0: between two; below 0: nearer to another class. A sample that is alone in its class gets
    0, as Rousseeuw proposed, and so does one with a = b = 0 (duplicates across classes). Scikit-learn agrees.

    Cosine and squared Euclidean silhouettes come from class sums in float64, O(N·C·d); Euclidean ones from the pairs of
    a sample with its own class and with classes that may be the nearest, in float32 unless the embeddings are float64.

    Args:
        embeddings: ``(N, d)`` tensor (or array), any float type, on any device.
        labels: ``(N,)`` integers, any values.
        metric: ``"cosine"``, ``"sqeuclidean"`` or ``"euclidean"``.
        max_megabytes: bound on the blocks of pairs (Euclidean) or of copied rows that live at a time. For Euclidean
            distances copies of the embeddings and sums (N × C) come on top.

    Returns:
        ``(N,)`` values in [−1, 1], float32, or float64 for float64 embeddings, on the device of the embeddings.

    Raises:
        ValueError: unknown metric, shapes that do not fit, values that are not finite, fewer than two classes, or every
            sample alone in its class.

    Reference:
        Rousseeuw 1987, Silhouettes, J. Comput. Appl. Math. 20:53–65.

    Example:
        >>> silhouette_samples([[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1], metric="euclidean").tolist()[0]
        0.9047619104385376
    """
    if metric not in CLASS_DISTANCES:
        raise ValueError(f"metric must be one of {', '.join(CLASS_DISTANCES)}, got {metric!r}")
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    if count.numel() < 2 or count.numel() == index.numel():
        raise ValueError(
            "silhouettes need at least two classes, one of them with two samples; "
            f"got {count.numel()} classes for {index.numel()} samples"
        )
    intra, inter = CLASS_DISTANCES[metric](rows, index, count, max_megabytes)
    values = (inter - intra).div_(torch.maximum(intra, inter)).nan_to_num_(0.0)
    alone = count == 1
    if bool(alone.any()):
        values.masked_fill_(alone[index], 0.0)
    return values.to(result_type(rows))


def silhouette_score(
    embeddings: Any, labels: Any, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES
) -> float:
    """Mean silhouette over all samples; arguments and errors of `silhouette_samples`."""
    return float(silhouette_samples(embeddings, labels, metric, max_megabytes=max_megabytes).mean())


def class_silhouettes(
    embeddings: Any, labels: Any, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES
) -> ClassSilhouettes:
    """Mean silhouette and number of samples of every class; arguments and errors of `silhouette_samples`."""
    values = silhouette_samples(embeddings, labels, metric, max_megabytes=max_megabytes)
    found, index, count = find_classes(torch.as_tensor(labels, device=values.device))
    return ClassSilhouettes(class_sums(values, index, count.numel()) / count, count, found)
