"""Five hundred finished runs in the runs folder: how long a list of them takes.

``python -m benchmarks.many_runs [--runs 500] [--json FILE] [--docs FILE]``

The folders are made up (30 epochs, ten classes, one snapshot), as large as those of the digits. The first call is that
of a fresh Python process: what a person waits for. The second call is made in the same process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from softsil.runs.creation import create_run
from softsil.runs.files import append_json_line, write_array
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.status import RunStatus, State, write_status
from trainers.config import ExperimentConfig

ROOT = Path(__file__).parents[1]
DOCS_START, DOCS_END = "<!-- many runs:start -->", "<!-- many runs:end -->"
EPOCHS, CLASSES = 30, 10

# Name of the figure, and what is timed: a statement for a fresh process.
TIMED = {
    "list_runs": "from softsil.runs.reader import list_runs; call = lambda: [run.status.state for run in list_runs()]",
    "rows of the table": "from ui.run_table import run_rows; from softsil.runs.reader import list_runs; "
    "call = lambda: run_rows(list_runs())",
    "rows, curves and queue": "from ui.panels.run_table import table_of; from ui.run_table import run_rows; "
    "from softsil.runs.reader import list_runs; call = lambda: table_of(run_rows(list_runs()))",
    "python -m trainers list": "from trainers.__main__ import main; import contextlib, io\n"
    "def call():\n    with contextlib.redirect_stdout(io.StringIO()): main(['list'])",
    "Runs page (script run)": "from streamlit.testing.v1 import AppTest; "
    "app = AppTest.from_file('app.py', default_timeout=120); app.run(); app.switch_page('pages/analyse/runs.py'); "
    "call = lambda: [app.run(), [print(one) for one in app.exception]]",
}
PROGRAM = """
import time
{statement}
times = []
for _ in range(2):
    began = time.perf_counter(); call(); times.append(time.perf_counter() - began)
print("seconds", *times)
"""


def make_runs(root: Path, count: int) -> None:
    """Write ``count`` finished runs."""
    rng = np.random.default_rng(0)
    template = ExperimentConfig(losses=["ce", "ce+sil"], seeds=[0, 1, 2], epochs=EPOCHS).runs()
    for number in range(count):
        config = template[number % len(template)]
        paths = RunPaths(root, new_run_id(config.name))
        create_run(
            paths,
            name=config.name,
            experiment=f"e{number // 6}",
            kind="training",
            config=config.model_dump(mode="json"),
        )
        for epoch in range(EPOCHS + 1):
            for split in ("train", "validation"):
                values = {name: float(rng.random()) for name in ("loss", "accuracy", "term/ce", "term/sil", "seconds")}
                append_json_line(paths.metrics, {"time": 0.0, "epoch": epoch, "step": epoch, "split": split, **values})
            per_class = [round(float(value), 6) for value in rng.random(CLASSES)]
            row = {"silhouette": float(rng.random()), "silhouette_per_class": per_class}
            append_json_line(paths.metrics, {"time": 0.0, "epoch": epoch, "step": epoch, "split": "watched", **row})
        write_array(paths.embeddings(EPOCHS), np.zeros((100, 32), np.float16))
        paths.alive_lock.touch()
        write_status(paths, RunStatus(State.DONE, epoch=EPOCHS, epochs=EPOCHS, device="cpu"))


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
    parser = argparse.ArgumentParser(description="List many runs.")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put the table between the markers of this page")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="softsil-many-"))
    try:
        make_runs(root, options.runs)
        rows = measure(root)
    finally:
        shutil.rmtree(root)
    table = f"| {options.runs} finished runs | first call, s | second call, s |\n|---|---|---|\n" + "\n".join(
        f"| {row['what']} | {row['seconds']:.2f} | {row['warm']:.2f} |" for row in rows
    )
    print(table)
    if options.json:
        options.json.write_text(json.dumps({"runs": options.runs, "rows": rows}, indent=1) + "\n")
    if options.docs:
        before, rest = options.docs.read_text().split(DOCS_START, 1)
        options.docs.write_text(f"{before}{DOCS_START}\n{table}\n{DOCS_END}{rest.split(DOCS_END, 1)[1]}")


if __name__ == "__main__":
    main()
