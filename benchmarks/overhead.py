"""What being watched costs: an epoch with the recorder against the same loop without, and the start of a run.

``python -m benchmarks.overhead [--quick] [--rounds N] [--json FILE] [--docs FILE]``

Random pictures and labels in the size of Fashion-MNIST (60,000 of 28 × 28, 6,000 of them for validation, ten classes,
1,000 watched): what they show does not matter to the time. Every loop trains and validates; they take turns, so that a
slow spell of the machine meets all of them. One thread. Ratios are medians over rounds of an epoch's time divided by
that of the bare loop in the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from softsil import Recorder
from softsil.runs.creation import create_run
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.status import State, read_status
from softsil.runs.writer import RunWriter
from trainers import launchers
from trainers.config import ExperimentConfig, RunConfig
from trainers.data.dataset import Dataset, Split
from trainers.launchers.process import kill_run
from trainers.loop import Trainer

DOCS_START, DOCS_END = "<!-- overhead:start -->", "<!-- overhead:end -->"
BARE = "not watched"
SCALE = {"train": 54_000, "validation": 6_000, "test": 10_000}
QUICK = {"train": 9_000, "validation": 1_000, "test": 1_000}


class Bare(Trainer):
    """The trainers' own loop, one epoch at a time: it trains and validates, and keeps nothing."""

    def epoch_seconds(self, count: int) -> float:
        """Seconds of one of the next ``count`` epochs.

        What is written beside the training belongs to the epoch after it. So one epoch goes before, untimed, and what
        the last one leaves is waited for after the clock has stopped.
        """
        self._epoch()
        began = time.perf_counter()
        for _ in range(count):
            self._epoch()
        seconds = (time.perf_counter() - began) / count
        self.wait()
        return seconds

    def wait(self) -> None:
        """Until everything is written."""
        self._writing.finish()

    def _epoch(self) -> None:
        train = self._train_epoch(self.epoch + 1, [])
        self.epoch += 1
        self._record(train)

    def _say_progress(self, **changes: Any) -> None:
        pass

    def _record(self, train: dict[str, float]) -> None:
        self._evaluate("validation")


class Watched(Bare):
    """The same as a run of the trainers: recorded, with checkpoints and progress."""

    _say_progress = Trainer._say_progress
    _record = Trainer._record


class OwnLoop(Bare):
    """The same as somebody's own loop with ``softsil.Recorder``: scalars and embeddings every epoch."""

    def watch(self, root: Path) -> None:
        """Open the recorder."""
        self.own = Recorder("own loop", samples=self.watched.ids, labels=self.watched.labels, root=root)

    def wait(self) -> None:
        """Give the recorder's thread time to write what it has."""
        time.sleep(0.5)

    def _record(self, train: dict[str, float]) -> None:
        validation, embeddings, _ = self._evaluate("validation")
        self.own.log(self.epoch, embeddings=embeddings[self._watched_rows], **train)
        self.own.log(self.epoch, split="validation", **validation)


KINDS: dict[str, type[Bare]] = {
    BARE: Bare,
    "a run: recorded, with checkpoints": Watched,
    "own loop with Recorder": OwnLoop,
}


def make_data(sizes: dict[str, int]) -> Dataset:
    """Random pictures."""
    rng = np.random.default_rng(0)
    first, parts = 0, {}
    for name, count in sizes.items():
        inputs = rng.random((count, 1, 28, 28), dtype=np.float32)
        parts[name] = Split(inputs, np.arange(count) % 10, np.arange(first, first + count))
        first += count
    return Dataset(**parts, class_names=[str(label) for label in range(10)])


def make_loop(root: Path, data: Dataset, encoder: str, kind: type[Bare]) -> Bare:
    """A loop on its own run folder."""
    config = RunConfig(data="digits", encoder=encoder, objective="ce+sil", device="cpu", threads=1, epochs=1000)
    paths = RunPaths(root, new_run_id(encoder))
    create_run(paths, name=encoder, experiment=None, kind="training", config={})
    loop = kind(config, data, RunWriter.open(paths))
    loop.write_samples()
    if isinstance(loop, OwnLoop):
        loop.watch(root)
    return loop


def measure_epochs(
    root: Path, encoder: str, sizes: dict[str, int], rounds: int, epochs_a_turn: int
) -> list[dict[str, Any]]:
    """Seconds of an epoch of every kind of loop, and its ratio to the bare one."""
    data = make_data(sizes)
    loops = {name: make_loop(root, data, encoder, kind) for name, kind in KINDS.items()}
    times: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds):
        for name in _in_turn(list(loops), number):
            times[name].append(loops[name].epoch_seconds(epochs_a_turn))
    for loop in loops.values():
        loop.recorder.finish()
    return [_row(encoder, name, times[name], times[BARE]) for name in loops]


def _in_turn(names: list[str], number: int) -> list[str]:
    return names[number % len(names) :] + names[: number % len(names)]


def _row(encoder: str, name: str, times: list[float], bare: list[float]) -> dict[str, Any]:
    ratios = [one / other for one, other in zip(times, bare, strict=True)]
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return {
        "encoder": encoder,
        "loop": name,
        "rounds": len(times),
        "seconds": round(statistics.median(times), 4),
        "overhead": round(float(middle) - 1, 4),
        "quartiles": [round(float(low) - 1, 4), round(float(high) - 1, 4)],
    }


def measure_start(root: Path) -> dict[str, float]:
    """Seconds from the launch of a run to its process, to its first step, and to the first step of the run after it."""
    experiment = ExperimentConfig(losses=["ce", "ce+sil"], epochs=20, device="cpu")
    began, wall = time.monotonic(), time.time()
    first, second = (RunReader(run_id, root) for run_id in launchers.launch(experiment, root, maps=False))
    found = {"launch call": time.monotonic() - began}
    found["process alive"] = _until(lambda: is_held(first.paths.alive_lock), began)
    for name, reader in (("first step", first), ("first step of the next run", second)):
        _until(lambda reader=reader: reader.history("watched"), began)  # type: ignore[misc]
        found[name] = reader.history("watched")[0]["time"] - wall  # recorded right before the first step
    _until(lambda: second.status.state is State.DONE, began)
    return {name: round(seconds, 2) for name, seconds in found.items()}


def _until(condition: Callable[[], Any], began: float) -> float:
    while not condition():
        if time.monotonic() - began > 180:
            raise TimeoutError("the run did not start in three minutes")
        time.sleep(0.01)
    return time.monotonic() - began


def as_table(rows: list[dict[str, Any]], start: dict[str, float]) -> str:
    """The figures as Markdown."""
    lines = ["| encoder | loop | an epoch, s | more than the bare loop (middle half of rounds) |", "|---|---|---|---|"]
    for row in rows:
        low, high = row["quartiles"]
        more = "" if row["loop"] == BARE else f"{row['overhead']:+.1%} ({low:+.1%} to {high:+.1%})"
        lines.append(f"| {row['encoder']} | {row['loop']} | {row['seconds']:.3f} | {more} |")
    said = ", ".join(f"{name} {seconds:.1f}" for name, seconds in start.items())
    noise = "A figure below zero is noise: watching costs no less than nothing, so others are off by as much."
    return "\n".join([*lines, "", f"{noise} Seconds after the launch of two runs on the digits: {said}."])


def main() -> None:
    """Measure, print; see the module's text."""
    parser = argparse.ArgumentParser(description="What being watched costs.")
    parser.add_argument(
        "--quick", action="store_true", help="a sixth of the data and the small encoder, under 50 seconds"
    )
    parser.add_argument("--rounds", type=int, default=11, help="rounds; three for the convolutional encoder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put the table between the markers of this page")
    options = parser.parse_args()
    torch.set_num_threads(1)
    root = Path(tempfile.mkdtemp(prefix="softsil-overhead-"))
    sizes = QUICK if options.quick else SCALE
    encoders = {"mlp": (5, 3)} if options.quick else {"mlp": (options.rounds, 2), "cnn": (3, 1)}
    try:
        rows = [row for name, turns in encoders.items() for row in measure_epochs(root, name, sizes, *turns)]
        start = measure_start(root)
    finally:
        _clean(root)
    print(as_table(rows, start))
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "start": start}, indent=1) + "\n")
    if options.docs:
        before, rest = options.docs.read_text().split(DOCS_START, 1)
        text = f"{before}{DOCS_START}\n{as_table(rows, start)}\n{DOCS_END}{rest.split(DOCS_END, 1)[1]}"
        options.docs.write_text(text)


def _clean(root: Path) -> None:
    for folder in root.iterdir():
        if folder.name.startswith("."):
            continue
        paths = RunPaths(root, folder.name)
        if is_held(paths.alive_lock) and read_status(paths).pid != os.getpid():
            kill_run(read_status(paths), paths.alive_lock)
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
