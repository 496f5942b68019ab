"""From how many points on would an approximate search for neighbors be quicker than the exact one?

``python -m benchmarks.neighbors [--quick] [--json FILE]``

The points are embeddings of the training of :mod:`benchmarks.projection_sequence`; PyNNDescent gets the settings that
umap-learn gives it. One thread, processor time; the second of two runs counts, so that none contains compilation, which
every new process pays anew: how long it takes is printed first.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.projection_sequence import training_sequence
from softsil.projection.neighbors import nearest_neighbors
from softsil.projection.points import Points

NEIGHBORS = 15
COLUMNS = ("N", "exact seconds", "PyNNDescent seconds", "neighbors PyNNDescent finds")
SIZES = (2_000, 10_000, 30_000, 70_000)


def compare_neighbors(count: int) -> dict[str, Any]:
    """One row: seconds of both searches among ``count`` points, and the share of neighbors that PyNNDescent finds."""
    rows = Points(training_sequence(count, 4)[0][-1]).rows
    _approximate(rows)
    nearest_neighbors(rows, NEIGHBORS)
    began = time.process_time()
    exact, _ = nearest_neighbors(rows, NEIGHBORS)
    between = time.process_time()
    found = _approximate(rows)
    ended = time.process_time()
    shared = np.mean([len(np.intersect1d(a, b)) for a, b in zip(exact, found, strict=True)]) / NEIGHBORS
    return dict(
        zip(COLUMNS, (count, round(between - began, 2), round(ended - between, 2), round(shared, 3)), strict=True)
    )


def compare_all(sizes: tuple[int, ...] = SIZES) -> list[dict[str, Any]]:
    """A row for each size."""
    return [compare_neighbors(count) for count in sizes]


def compile_seconds() -> float:
    """Seconds of a first, small search."""
    began = time.process_time()
    _approximate(np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32))
    return time.process_time() - began


def _approximate(rows: NDArray[np.float32]) -> NDArray[np.int32]:
    from pynndescent import NNDescent

    index = NNDescent(
        rows,
        n_neighbors=NEIGHBORS + 1,
        n_trees=min(64, 5 + round(len(rows) ** 0.5 / 20)),
        n_iters=max(5, round(np.log2(len(rows)))),
        max_candidates=60,
        random_state=0,
        n_jobs=1,
    )
    found: NDArray[np.int32] = index.neighbor_graph[0][:, 1:]
    return found


def as_table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(f"{row[name]:,}" for name in COLUMNS) + " |" for row in rows)])


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.neighbors", description="Exact against approximate.")
    parser.add_argument("--quick", action="store_true", help="small sizes, under 50 seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    options = parser.parse_args(arguments)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        print(f"PyNNDescent's first search in a process: {compile_seconds():.0f} s, nearly all of it compilation\n")
        rows = compare_all(SIZES[:2] if options.quick else SIZES)
    print(as_table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
