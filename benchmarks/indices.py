"""Calinski–Harabasz and Davies–Bouldin: our code against scikit-learn's and torchmetrics', in time and in digits.

``python -m benchmarks.indices [--quick] [--json FILE] [--docs FILE]``

The data of ``benchmarks.silhouette``, 10,000 × 64 in float32, one thread. "Off" is the relative error on the same data
moved by 10⁴, against scikit-learn in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.silhouette import clusters  # first: it sets the number of threads
from benchmarks.timing import arguments, interleave, markdown, number, publish

ROWS, SIZE, OFFSET = 10_000, 64, 1e4
CLASSES, QUICK_CLASSES = (10, 100, 1000), (10, 100)
LIBRARIES = ("scikit-learn", "torchmetrics", "softsil")


def main() -> None:
    """Measure, print, store."""
    import torch

    options = arguments(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    torch.set_num_threads(1)
    grid = QUICK_CLASSES if options.quick else CLASSES
    rows = [row for classes in grid for index in indices() for row in measure(classes, index)]
    publish(rows, table(rows), options)


def indices() -> dict[str, tuple[Callable[[Any, Any], Any], ...]]:
    """Each index of the three libraries, in their order: scikit-learn's takes arrays, the others take tensors."""
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
    from torchmetrics.functional import clustering

    from softsil.metrics import calinski_harabasz, davies_bouldin

    return {
        "Calinski–Harabasz": (calinski_harabasz_score, clustering.calinski_harabasz_score, calinski_harabasz),
        "Davies–Bouldin": (davies_bouldin_score, clustering.davies_bouldin_score, davies_bouldin),
    }


def measure(classes: int, index: str) -> list[dict[str, Any]]:
    """Time and error of every library for one index."""
    import torch

    embeddings, labels = clusters(ROWS, SIZE, classes)
    far = embeddings + np.float32(OFFSET)
    functions = dict(zip(LIBRARIES, indices()[index], strict=True))

    def inputs(library: str, values: Any) -> tuple[Any, Any]:
        return (values, labels) if library == "scikit-learn" else (torch.from_numpy(values), torch.from_numpy(labels))

    def call(library: str) -> Callable[[], object]:
        arguments = inputs(library, embeddings)
        return lambda: functions[library](*arguments)

    timings = interleave({library: call(library) for library in LIBRARIES}, 3)
    exact = functions["scikit-learn"](far.astype(np.float64), labels)
    return [
        {
            "index": index,
            "C": classes,
            "library": library,
            **timing._asdict(),
            "off": abs(float(functions[library](*inputs(library, far))) / exact - 1),
        }
        for library, timing in timings.items()
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """Milliseconds and error of the libraries side by side."""
    found = {(row["index"], row["C"], row["library"]): row for row in rows}
    lines = []
    for index, classes in dict.fromkeys(key[:2] for key in found):
        cells = [found[index, classes, library] for library in LIBRARIES]
        shown = [cell for row in cells for cell in (number(1e3 * row["cpu_seconds"]), f"{row['off']:.0e}")]
        lines.append([index, f"{classes:,}", *shown])
    return markdown(["index", "C", *(head for name in LIBRARIES for head in (f"{name}, ms", "off"))], lines)


if __name__ == "__main__":
    main()
