"""What nearest neighbours say: k-NN accuracy, recall@k, MAP@R."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from softsil._class_sums import find_classes
from softsil.metrics._inputs import MAX_MEGABYTES, centered, read_inputs, result_type, rows_per_block

Metric = Literal["cosine", "euclidean"]
# Of each neighbour of a block: nearness, position, class, match, and what a caller works out of them.
NEIGHBOUR_BYTES = 32


class Neighbours(NamedTuple):
    """Labels of the nearest other samples of a block of samples, nearest first.

    Attributes:
        rows: which samples these are.
        matches: ``(n, k)`` whether each neighbour has the sample's own label.
        classes: ``(n, k)`` class position of each neighbour.
    """

    rows: slice
    matches: Tensor
    classes: Tensor


@torch.no_grad()
def knn_accuracy(
    embeddings: Any, labels: Any, k: int = 5, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES
) -> float:
    """Share of samples whose ``k`` nearest other samples vote for the sample's own class (leave-one-out).

    A tie goes to the class with the nearest member among the tied ones.

    Args:
        embeddings: ``(N, d)``, any float type.
        labels: ``(N,)`` integers.
        k: neighbours that vote, at least 1 and below N.
        metric: ``"cosine"`` or ``"euclidean"``.
        max_megabytes: bound on what a block of samples takes: similarities to all others, neighbors, votes. A copy of
            the embeddings comes on top.

    Raises:
        ValueError: an argument is out of range or shapes do not fit.
    """
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    right = 0
    # Each nearer neighbour's vote weighs a little more, less than one vote in sum: that settles ties.
    votes = 1 + torch.linspace(0.5, 0, k, device=rows.device, dtype=torch.float64) / max(1, k)
    for block in _neighbours(rows, index, k, metric, max_megabytes, row_bytes=8 * count.numel()):
        tally = torch.zeros(block.matches.shape[0], count.numel(), dtype=torch.float64, device=rows.device)
        tally.scatter_add_(1, block.classes, votes.expand_as(block.matches))
        right += int((tally.argmax(1) == index[block.rows]).sum())
    return right / max(1, rows.shape[0])


@torch.no_grad()
def recall_at_k(
    embeddings: Any, labels: Any, k: int = 1, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES
) -> float:
    """Share of samples with a member of their class among the ``k`` nearest other samples.

    Samples alone in their class are left out. Arguments and errors of `knn_accuracy`; NaN if no sample is left.

    Reference:
        Jégou, Douze & Schmid 2011; as used by Oh Song et al. 2016, arXiv 1511.06452.
    """
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    asked = count[index] > 1
    blocks = _neighbours(rows, index, k, metric, max_megabytes)
    found = sum(int((block.matches.any(1) & asked[block.rows]).sum()) for block in blocks)
    return found / int(asked.sum()) if bool(asked.any()) else float("nan")


@torch.no_grad()
def map_at_r(embeddings: Any, labels: Any, metric: Metric = "cosine", *, max_megabytes: float = MAX_MEGABYTES) -> float:
    """Mean average precision at R: R is the number of other members of the sample's class.

    The mean over samples of 1/R · Σ_{i ≤ R} (precision at i if neighbour i is a member, else 0). Samples alone in
    their class are left out. Arguments and errors of `knn_accuracy`; NaN if no sample is left.

    Reference:
        Musgrave, Belongie & Lim 2020, A Metric Learning Reality Check, arXiv 2003.08505, eq. 2.
    """
    rows, classes = read_inputs(embeddings, labels)
    _, index, count = find_classes(classes)
    members = count[index] - 1
    most = int(members.max()) if members.numel() else 0
    if most == 0:
        return float("nan")
    ranks = torch.arange(1, most + 1, device=rows.device)
    total = 0.0
    for block in _neighbours(rows, index, most, metric, max_megabytes):
        wanted = members[block.rows, None]
        hits = block.matches & (ranks <= wanted)
        precision = hits.cumsum(1, dtype=torch.float32).div_(ranks).mul_(hits)
        total += float((precision.sum(1, dtype=torch.float64) / wanted.squeeze(1).clamp(min=1)).sum())
    return total / int((members > 0).sum())


def _neighbours(
    rows: Tensor, index: Tensor, k: int, metric: str, max_megabytes: float, row_bytes: int = 0
) -> Iterator[Neighbours]:
    """The ``k`` nearest other samples of every sample, block by block; the caller needs ``row_bytes`` for each row."""
    number = rows.shape[0]
    if metric not in ("cosine", "euclidean"):
        raise ValueError(f"metric must be cosine or euclidean, got {metric!r}")
    if not 1 <= k < number:
        raise ValueError(f"k must be at least 1 and below the {number} samples, got {k}")
    placed = centered(rows) if metric == "euclidean" else torch.nn.functional.normalize(rows.to(result_type(rows)))
    size = rows_per_block(number * placed.element_size() + k * NEIGHBOUR_BYTES + row_bytes, max_megabytes)
    # Ranks as −|x − y|²/2 does: the row's own square changes no order.
    half_squares = torch.linalg.vector_norm(placed, dim=1).square_().div_(2) if metric == "euclidean" else None
    for start in range(0, number, size):
        part = slice(start, min(start + size, number))
        classes = index[_nearest(placed, part, k, half_squares)]
        yield Neighbours(part, classes == index[part, None], classes)


def _nearest(placed: Tensor, part: slice, k: int, half_squares: Tensor | None) -> Tensor:
    """Positions ``(n, k)`` of the nearest other rows of a run of rows."""
    nearness = placed[part] @ placed.T
    if half_squares is not None:
        nearness -= half_squares
    nearness.diagonal(part.start).fill_(-torch.inf)
    return nearness.topk(k, dim=1).indices
