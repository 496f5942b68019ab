"""Time of the exact silhouettes of all samples, against scikit-learn.

``python -m benchmarks.silhouette [--quick] [--json FILE] [--docs FILE]``

Random clusters in float32, one thread. "product alone" is the matrix product of all pairs, each once, which a Euclidean
method has to pay unless it can leave pairs out; "and roots" adds the square root of every distance.
"""

from __future__ import annotations

import os

# Before numpy loads its linear algebra: scikit-learn must not get more threads than we do.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from sklearn.metrics import silhouette_samples as sklearn_samples  # noqa: E402

from benchmarks.timing import arguments, interleave, markdown, number, publish  # noqa: E402
from softsil.metrics import silhouette_samples  # noqa: E402
from softsil.metrics.silhouette import Metric  # noqa: E402

METRICS: tuple[Metric, ...] = ("cosine", "sqeuclidean", "euclidean")
GRID = ((2_000, 64, 10), (10_000, 2, 10), (10_000, 64, 10), (10_000, 64, 100), (10_000, 512, 10))
QUICK_GRID = ((2_000, 64, 10), (10_000, 64, 10))
PRODUCT, FLOOR = "product alone", "and roots"
COLUMNS = ("scikit-learn", "softsil", PRODUCT, FLOOR)
TILE = 500


def main() -> None:
    """Measure, print, store."""
    options = arguments(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    torch.set_num_threads(1)
    grid, repeats = (QUICK_GRID, 3) if options.quick else (GRID, 3)
    rows = [row for size in grid for metric in METRICS for row in measure(*size, metric, repeats)]
    publish(rows, table(rows), options)


def measure(rows: int, size: int, classes: int, metric: Metric, repeats: int) -> list[dict[str, Any]]:
    """Figures of every method at one size and metric."""
    embeddings, labels = clusters(rows, size, classes)
    tensor, classes_of = torch.from_numpy(embeddings), torch.from_numpy(labels)
    values: dict[str, Any] = {}
    methods: dict[str, Callable[[], Any]] = {
        "scikit-learn": lambda: values.update(sklearn=sklearn_samples(embeddings, labels, metric=metric)),
        "softsil": lambda: values.update(softsil=silhouette_samples(tensor, classes_of, metric).numpy()),
    }
    if metric == "euclidean":
        methods |= {PRODUCT: lambda: product_alone(tensor), FLOOR: lambda: product_alone(tensor, roots=True)}
    timings = interleave(methods, repeats)
    base = timings["scikit-learn"].cpu_seconds
    shared = {"metric": metric, "N": rows, "d": size, "C": classes}
    error = float(np.abs(values["softsil"] - values["sklearn"]).max())
    return [
        {"method": name, **shared, **timing._asdict(), "times_faster": base / timing.cpu_seconds, "difference": error}
        for name, timing in timings.items()
    ]


def clusters(rows: int, size: int, classes: int) -> tuple[Any, Any]:
    """Overlapping Gaussian clusters."""
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, rows)
    centers = random.normal(size=(classes, size))
    return (centers[labels] + random.normal(size=(rows, size))).astype(np.float32), labels


def product_alone(rows: torch.Tensor, roots: bool = False) -> None:
    """Inner products of all pairs, each pair once, perhaps with as many square roots, and nothing else."""
    right, buffer = rows.T.contiguous(), torch.empty(TILE, TILE)
    positive = np.ones((TILE, TILE), np.float32)
    for first in range(0, rows.shape[0], TILE):
        for second in range(first, rows.shape[0], TILE):
            left, columns = rows[first : first + TILE], right[:, second : second + TILE]
            torch.mm(left, columns, out=buffer[: left.shape[0], : columns.shape[1]])
            if roots:
                np.sqrt(positive, out=positive)


def table(rows: list[dict[str, Any]]) -> str:
    """Milliseconds, ratio and error for every size and metric."""
    found = {(row["N"], row["d"], row["C"], row["metric"], row["method"]): row for row in rows}
    lines = []
    for key in dict.fromkeys(key[:4] for key in found):
        ours = found[(*key, "softsil")]
        cells = [found.get((*key, method)) for method in COLUMNS]
        shown = [number(1e3 * cell["cpu_seconds"]) if cell else "–" for cell in cells]
        lines.append(
            [
                f"{key[0]:,} × {key[1]}, {key[2]}",
                key[3],
                *shown,
                f"**{number(ours['times_faster'])}**",
                f"{ours['difference']:.0e}",
            ]
        )
    return markdown(
        ["N × d, C", "metric", *(f"{method}, ms" for method in COLUMNS), "ratio", "largest difference"], lines
    )


if __name__ == "__main__":
    main()
