"""What remembered class sums do for the Soft Silhouette Loss when batches are small.

``python -m benchmarks.class_memory [--quick] [--json FILE] [--docs FILE]``

Scikit-learn's digits, half for training, a small network (64 → 128 → 64 → 32), Adam. Every objective sees the same
batches from the same initial weights; test accuracy and mean cosine silhouette of the test embeddings, mean over seeds.
"""

from __future__ import annotations

import statistics
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from benchmarks.timing import arguments, markdown, publish
from softsil.losses.objective import Objective, build_objective
from softsil.metrics import silhouette_score
from softsil.terms.recipe import parse_objective

OBJECTIVES: dict[str, Any] = {
    "ce": "ce",
    "ce+sil": "ce+sil",
    "ce+sil, memory 0.9": {"terms": {"ce": {}, "sil": {"memory": 0.9}}},
    "ce+sil, memory 0.99": {"terms": {"ce": {}, "sil": {"memory": 0.99}}},
}
BATCHES, SEEDS, EPOCHS = (8, 16, 128), 4, 15
QUICK_BATCHES, QUICK_SEEDS, QUICK_EPOCHS = (16,), 2, 2


def main() -> None:
    """Train, print, store."""
    options = arguments(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    torch.set_num_threads(1)
    batches, seeds, epochs = (QUICK_BATCHES, QUICK_SEEDS, QUICK_EPOCHS) if options.quick else (BATCHES, SEEDS, EPOCHS)
    rows = [summary(name, batch, seeds, epochs) for batch in batches for name in OBJECTIVES]
    publish(rows, table(rows), options)


def summary(name: str, batch: int, seeds: int, epochs: int) -> dict[str, Any]:
    """Means and standard deviations over seeds."""
    results = [train(name, batch, seed, epochs) for seed in range(seeds)]
    row: dict[str, Any] = {"method": name, "batch": batch, "seeds": seeds, "epochs": epochs}
    for key, values in zip(("accuracy", "silhouette"), zip(*results, strict=True), strict=True):
        row |= {key: statistics.mean(values), f"{key}_deviation": statistics.stdev(values)}
    return row


def train(name: str, batch: int, seed: int, epochs: int) -> tuple[float, float]:
    """Test accuracy and mean test silhouette after one training."""
    images, labels, training, test = digits(seed)
    torch.manual_seed(seed)
    encoder, classifier = network()
    objective = build_objective(parse_objective(OBJECTIVES[name]), num_classes=10, embedding_dim=32)
    parameters = [*encoder.parameters(), *classifier.parameters(), *objective.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.split(training[torch.randperm(len(training), generator=order)], batch):
            update(encoder, classifier, objective, optimizer, images[rows], labels[rows])
    with torch.no_grad():
        embeddings = encoder(images[test])
        right = classifier(embeddings).argmax(1) == labels[test]
    return float(right.float().mean()), silhouette_score(embeddings, labels[test])


def digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images, labels, and a random half of the positions for training and for testing."""
    data = load_digits()
    order = torch.randperm(len(data.target), generator=torch.Generator().manual_seed(seed))
    half = len(order) // 2
    return torch.tensor(data.data / 16.0, dtype=torch.float32), torch.tensor(data.target), order[:half], order[half:]


def network() -> tuple[nn.Module, nn.Module]:
    """Encoder and classifier."""
    encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 32))
    return encoder, nn.Linear(32, 10)


def update(
    encoder: nn.Module,
    classifier: nn.Module,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
) -> None:
    """One step of training."""
    optimizer.zero_grad()
    embeddings = encoder(images)
    torch.autograd.backward(objective(embeddings, labels, logits=classifier(embeddings)).total)
    optimizer.step()


def table(rows: list[dict[str, Any]]) -> str:
    """Accuracy and silhouette with their spread over seeds."""
    lines = [
        [
            str(row["batch"]),
            row["method"],
            f"{row['accuracy']:.3f} ± {row['accuracy_deviation']:.3f}",
            f"{row['silhouette']:.3f} ± {row['silhouette_deviation']:.3f}",
        ]
        for row in rows
    ]
    return markdown(["batch", "objective", "test accuracy", "test silhouette"], lines)


if __name__ == "__main__":
    main()
