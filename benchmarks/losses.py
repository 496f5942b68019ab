"""Time of one forward and backward pass of each loss, as batches grow.

``python -m benchmarks.losses [--quick] [--largest] [--compile] [--json FILE] [--docs FILE]``

Random embeddings of 128 dimensions, one thread. The quadratic methods stop at 4,096 samples: beyond, they need tens of
seconds and gigabytes a step; ``--largest`` runs SupCon there nevertheless, twice. ``--compile`` adds what
``torch.compile`` makes of the closed form without our backward pass; it needs a C++ compiler.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import torch
from pytorch_metric_learning.losses import SupConLoss
from torch import Tensor, nn

from benchmarks.timing import Timing, arguments, interleave, markdown, number, publish
from softsil import SoftSilhouetteLoss
from softsil.losses.center import CenterLoss

Loss = Callable[[Tensor, Tensor], Tensor]
SIZE = 128
LARGEST_QUADRATIC = 4096
QUADRATIC = ("SupCon", "naive Sil", "Sil, Euclidean")
BASELINE, OURS = "SupCon", "Sil"
GRID = ((64, 10), (256, 10), (1024, 10), (1024, 100), (1024, 1000), (4096, 10), (4096, 100), (16384, 100))
QUICK_GRID = ((64, 10), (256, 10), (1024, 10), (1024, 100), (4096, 10))


def main() -> None:
    """Measure, print, store."""
    parser = arguments(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--largest", action="store_true", help="SupCon beyond 4,096 samples too: minutes")
    parser.add_argument("--compile", action="store_true", help="compare with torch.compile: minutes")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rows = [row for rows, classes in (QUICK_GRID if options.quick else GRID) for row in measure(rows, classes, options)]
    publish(rows, table(rows, list(candidates(1, options.compile))), options)


def measure(number_of_rows: int, classes: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One row of figures for each method at one size."""
    embeddings = torch.randn(number_of_rows, SIZE, requires_grad=True)
    labels = torch.randint(classes, (number_of_rows,))
    losses = candidates(classes, options.compile)
    if number_of_rows > LARGEST_QUADRATIC:
        kept = {BASELINE} if options.largest else set()
        losses = {name: loss for name, loss in losses.items() if name not in QUADRATIC or name in kept}
    repeats = 1 if BASELINE in losses and number_of_rows > LARGEST_QUADRATIC else 3 if number_of_rows >= 4096 else 9
    timings = interleave({name: step(loss, embeddings, labels) for name, loss in losses.items()}, repeats)
    return [row(name, number_of_rows, classes, timing, timings) for name, timing in timings.items()]


def candidates(classes: int, compiled: bool = False) -> dict[str, Loss]:
    """The losses, ours last."""
    closed: dict[str, Loss] = {"closed form, autograd": closed_form} if compiled else {}
    if compiled:
        torch.compiler.reset()
        closed["the same, compiled"] = torch.compile(closed_form, dynamic=False)
    return {
        "linear CE": LinearCrossEntropy(classes),
        "Center": CenterLoss(classes, SIZE),
        "SupCon": SupConLoss(temperature=0.1),
        "naive Sil": naive_soft_silhouette,
        **closed,
        "Sil, Euclidean": SoftSilhouetteLoss("euclidean"),
        "Sil, squared Euclidean": SoftSilhouetteLoss("sqeuclidean"),
        "Sil": SoftSilhouetteLoss(),
    }


class LinearCrossEntropy(nn.Module):
    """A linear classifier and cross-entropy: what training does anyway."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classifier = nn.Linear(SIZE, classes)

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss."""
        loss: Tensor = nn.functional.cross_entropy(self.classifier(embeddings), labels)
        return loss


def naive_soft_silhouette(embeddings: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """The same loss from the matrix of all pairs, as the formula reads; every class must have two samples."""
    unit = nn.functional.normalize(embeddings)
    index, count, members = _classes(labels, unit.dtype)
    return _from_distances((1 - unit @ unit.T) @ members, index, count, members, temperature)


def closed_form(embeddings: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """The same loss from class sums, with the backward pass that autograd derives."""
    unit = nn.functional.normalize(embeddings)
    index, count, members = _classes(labels, unit.dtype)
    return _from_distances(count - unit @ (members.T @ unit).T, index, count, members, temperature)


@torch.compiler.disable
def _classes(labels: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    """Position of each row's class, size of each class, and a column for each class that is 1 at its members."""
    _, index, count = torch.unique(labels, return_inverse=True, return_counts=True)
    return index, count, nn.functional.one_hot(index).to(dtype)


def _from_distances(distances: Tensor, index: Tensor, count: Tensor, members: Tensor, temperature: float) -> Tensor:
    """The loss from each row's sums of distances to each class."""
    intra = distances.gather(1, index[:, None]) / (count[index, None] - 1)
    scores = (distances / count / -temperature).masked_fill(members.bool(), -torch.inf)
    competing = torch.tensor(count.numel() - 1.0).log()
    inter = (scores.logsumexp(1, keepdim=True) - competing) * -temperature
    width = temperature * torch.logaddexp(intra / temperature, inter / temperature)
    losses: Tensor = 1 - (inter - intra) / width
    return losses[count[index] > 1].mean()


def step(loss: Loss, embeddings: Tensor, labels: Tensor) -> Callable[[], None]:
    """One forward and backward pass."""

    def run() -> None:
        embeddings.grad = None
        torch.autograd.backward(loss(embeddings, labels))

    return run


def row(name: str, rows: int, classes: int, timing: Timing, all_timings: dict[str, Timing]) -> dict[str, Any]:
    """One method at one size, with how many times its processor time fits into SupCon's."""
    baseline = all_timings.get(BASELINE)
    ratio = baseline.cpu_seconds / timing.cpu_seconds if baseline else None
    return {"method": name, "N": rows, "C": classes, "d": SIZE, **timing._asdict(), "times_faster_than_supcon": ratio}


def table(rows: list[dict[str, Any]], names: list[str]) -> str:
    """Milliseconds of each method, and the ratio of SupCon to the closed form."""
    sizes = list(dict.fromkeys((row["N"], row["C"]) for row in rows))
    found = {(row["N"], row["C"], row["method"]): row for row in rows}
    lines = []
    for rows_and_classes in sizes:
        cells = [found.get((*rows_and_classes, name)) for name in names]
        ratio = found[(*rows_and_classes, OURS)]["times_faster_than_supcon"]
        shown = [number(1e3 * cell["cpu_seconds"]) if cell else "–" for cell in cells]
        lines.append(
            [f"{rows_and_classes[0]}, {rows_and_classes[1]}", *shown, f"**{number(ratio)}**" if ratio else "–"]
        )
    return markdown(["N, C", *(f"{name}, ms" for name in names), "SupCon / Sil"], lines)


if __name__ == "__main__":
    main()
