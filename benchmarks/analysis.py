"""Compare and Explore over two losses with two seeds of 10,000 samples, among a hundred other runs.

``python -m benchmarks.analysis [--quick] [--json FILE] [--docs FILE]``

The runs are made up: 100 classes, 64 numbers a sample, pictures of 28×28. The first call is that of a fresh Python
process: what a person waits for when the app has just started. The second call is made in the same process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.many_runs import PROGRAM, make_runs
from benchmarks.timing import DOCS_END, DOCS_START, arguments
from softsil.runs.writer import RunWriter

ROOT = Path(__file__).parents[1]
CLASSES, WIDTH = 100, 64

_SIDES = """
from softsil.runs.reader import list_runs
from ui.comparison import sides_of
from ui.run_table import run_rows
from ui.seed_groups import seed_groups
sides = lambda: sides_of(seed_groups(run_rows(list_runs()))[:2])
"""
_VIEW = _SIDES + "view = sides()[0].views(None)[0]\n"
_PAGE = (
    "from streamlit.testing.v1 import AppTest; app = AppTest.from_file('app.py', default_timeout=120); app.run(); "
    "app.switch_page('pages/analyse/{page}.py'); app.query_params['view'] = '{view}'\n"
    "call = lambda: [app.run(), [print(one) for one in app.exception]]"
)

# Name of the figure, and what is timed: a statement for a fresh process.
TIMED = {
    "verdict, runs listed": _SIDES + "from ui.verdicts import silhouette_sentence\n"
    "call = lambda: silhouette_sentence(*sides(), None)",
    "what moved": _SIDES + "from ui.movement import movement\ncall = lambda: movement(*sides(), None)",
    "both matrices of distances": _SIDES + "from ui.epoch_view import distances_of\n"
    "call = lambda: [distances_of(view) for side in sides() for view in side.views(None)]",
    "nearest neighbors of all samples": _VIEW + "from ui.epoch_view import neighbors_of\n"
    "call = lambda: neighbors_of(view)",
    "suspected label errors": _VIEW + "from ui.epoch_view import suspects_of\ncall = lambda: suspects_of(view)",
    "table of 500 samples with pictures": _VIEW + "from ui.sample_table import SampleFilter, rows_of, table_of\n"
    "call = lambda: table_of(view, rows_of(view, SampleFilter())[:500], pictures=True)",
    "Compare, script run (settings)": _PAGE.format(page="compare", view="Settings"),
    "Compare, script run (what moved)": _PAGE.format(page="compare", view="What moved"),
    "Explore, script run": _PAGE.format(page="explore", view="Samples"),
}


def make_large_runs(root: Path, samples: int) -> None:
    """Write two losses with two seeds each, the newest runs of the folder."""
    labels = np.arange(samples) % CLASSES
    shared: dict[str, Any] = {"root": root, "experiment": "x"}
    pictures = np.random.default_rng(0).integers(0, 255, (samples, 28, 28), dtype=np.uint8)
    for seed in (0, 1):
        for loss, distance in (("ce", 1.0), ("ce+sil", 2.0)):
            config = {"data": {"name": "made up"}, "objective": {"name": loss}, "seed": seed}
            with RunWriter(loss, labels=labels, thumbnails=pictures, config=config, **shared) as writer:
                noise = np.random.default_rng(seed).normal(size=(samples, WIDTH))
                writer.log(1, distance * np.eye(WIDTH)[labels % WIDTH] + 0.5 * noise, predictions=labels)
                writer.log(1, split="validation", accuracy=0.9)


def measure(root: Path) -> list[dict[str, Any]]:
    """First and second call of each statement, in a process of its own."""
    rows = []
    environment = {**os.environ, "SOFTSIL_RUNS": str(root)}
    for name, statement in TIMED.items():
        command = [sys.executable, "-c", PROGRAM.format(statement=statement)]
        result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
        first, second = map(float, result.stdout.splitlines()[-1].split()[1:])
        rows.append({"what": name, "seconds": round(first, 3), "warm": round(second, 3)})
    return rows


def main() -> None:
    """Make the runs, time, print; see the module's text."""
    options = arguments("Compare and explore large runs.").parse_args()
    samples, others = (1_000, 10) if options.quick else (10_000, 100)
    root = Path(tempfile.mkdtemp(prefix="softsil-analysis-"))
    try:
        make_runs(root, others)
        make_large_runs(root, samples)
        rows = measure(root)
    finally:
        shutil.rmtree(root)
    head = f"| {samples:,} samples, {others} other runs | first call, s | second call, s |\n|---|---|---|\n"
    lines = (f"| {row['what']} | {row['seconds']:.2f} | {row['warm']:.2f} |" for row in rows)
    table = head + "\n".join(lines)
    print(table)
    if options.json:
        options.json.write_text(json.dumps({"samples": samples, "others": others, "rows": rows}, indent=1) + "\n")
    if options.docs:
        before, rest = options.docs.read_text().split(DOCS_START, 1)
        options.docs.write_text(f"{before}{DOCS_START}\n{table}\n{DOCS_END}{rest.split(DOCS_END, 1)[1]}")


if __name__ == "__main__":
    main()
