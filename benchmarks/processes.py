"""Several processes in one run: seconds of an epoch, and how far the numbers are from those of one process.

``python -m benchmarks.processes [--quick] [--processes 2] [--json FILE] [--docs FILE]``

For every loss the same run is trained by one process and by several, on the processor, each process with one thread.
What is compared is every number of the history but times and memory, at every epoch. The yardstick is one process with
as many threads: it adds up in another order, too, and training makes such rounding grow.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers.config import RunConfig
from trainers.launchers.process import child_environment
from trainers.timings import TIMINGS

DOCS_START, DOCS_END = "<!-- processes:start -->", "<!-- processes:end -->"
LOSSES = ("ce", "ce+sil", "ce+sil+supcon2", "proxynca")
# What a number is that depends on how many processes there are: times, and what a step of one process needs.
_APART = TIMINGS | {"step_megabytes"}
# These move in steps of one sample: one logit tie that falls the other way is not a difference of the training.
_COUNTS = ("accuracy", "probe_accuracy")


def trained(config: RunConfig, root: Path) -> RunReader:
    """The run, carried out by a job of its own."""
    paths = RunPaths(root, new_run_id(config.name))
    create_run(paths, name=config.name, experiment=None, kind="training", config=config.model_dump(mode="json"))
    with paths.log.open("wb") as log:
        command = [sys.executable, "-m", "trainers.job", str(paths.folder)]
        subprocess.run(command, env=child_environment(), stdout=log, stderr=log, check=False)
    reader = RunReader(paths.run_id, root)
    if reader.status.state is not State.DONE:
        raise SystemExit(f"{config.name} ended {reader.status.state}: {reader.status.error}")
    return reader


def numbers(reader: RunReader, counts: bool) -> Iterator[float]:
    """What was recorded, in order: either shares of samples, or all other numbers."""
    for row in reader.history():
        for name, value in row.items():
            if name in _APART or isinstance(value, str) or (name in _COUNTS) is not counts:
                continue
            yield from (float(one or 0) for one in (value if isinstance(value, list) else [value]))


def farthest(first: RunReader, second: RunReader, counts: bool) -> float:
    """Largest difference between two histories."""
    pairs = zip(numbers(first, counts), numbers(second, counts), strict=True)
    return max(abs(one - other) for one, other in pairs)


def epoch_seconds(reader: RunReader) -> float:
    """Median over epochs; the first, which also warms up, is left out."""
    return statistics.median(row["seconds"] for row in reader.history("train")[1:])


def measure(losses: tuple[str, ...], base: dict[str, Any], processes: int) -> list[dict[str, Any]]:
    """One row for each loss."""
    rows = []
    for loss in losses:
        with tempfile.TemporaryDirectory() as folder:
            one, several, threads = (
                trained(RunConfig(objective=loss, name=loss, processes=count, threads=of, **base), Path(folder))
                for count, of in ((1, 1), (processes, processes), (1, processes))
            )
            rows.append(
                {
                    "loss": loss,
                    "one_seconds": epoch_seconds(one),
                    "several_seconds": epoch_seconds(several),
                    "difference": farthest(one, several, counts=False),
                    "yardstick": farthest(one, threads, counts=False),
                    "accuracy_difference": farthest(one, several, counts=True),
                }
            )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def table(rows: list[dict[str, Any]], processes: int, base: dict[str, Any]) -> str:
    """The rows in Markdown."""
    what = f"{base['encoder']['name']} on {base['data']['name']}, {base['epochs']} epochs"
    other = f"yardstick: 1 process, {processes} threads"
    lines = [
        f"{what}, batch size {base['batch_size']}, one thread a process:",
        "",
        f"| loss | epoch, 1 process, s | {processes} processes, s | largest difference | of an accuracy | {other} |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['loss']} | {row['one_seconds']:.3f} | {row['several_seconds']:.3f} | {row['difference']:.1e} "
        f"| {row['accuracy_difference']:.4f} | {row['yardstick']:.1e} |"
        for row in rows
    ]
    return "\n".join(lines)


def write_into(document: Path, text: str) -> None:
    """Put the text between the two marks of a document."""
    before, rest = document.read_text(encoding="utf-8").split(DOCS_START)
    _, after = rest.split(DOCS_END)
    document.write_text(f"{before}{DOCS_START}\n{text}\n{DOCS_END}{after}", encoding="utf-8")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one loss, three epochs")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    base: dict[str, Any] = {
        "data": {"name": "digits"},
        "encoder": {"name": "cnn"},
        "epochs": 3 if options.quick else 5,
        "batch_size": 128,
        "device": "cpu",
    }
    rows = measure(LOSSES[1:2] if options.quick else LOSSES, base, options.processes)
    text = table(rows, options.processes, base)
    print(text)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    if options.docs:
        write_into(options.docs, text)


if __name__ == "__main__":
    main()
