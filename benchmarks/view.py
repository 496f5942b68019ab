"""The live map in a real browser: from a frame on disk to the screen, playback, scrubbing, panning.

``python -m benchmarks.view [--quick] [--json FILE] [--docs FILE] [--chromium FILE]``

Starts the app on a free loopback port over runs of its own and opens its Live page in headless Chromium. First a
training is recorded and the app's own projector draws it: the time from the end of an epoch to its picture. Then frames
are written as the projector does, of random blobs: only their number matters there. WebGL draws in software, so a
machine with a graphics card is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.view_scripts import DRAG, FRAME_BYTES, PAN, PLAY, SCRUB
from benchmarks.view_server import ARGUMENTS, opened, painted_at, served
from benchmarks.view_training import COLUMNS as TRAINING_COLUMNS
from benchmarks.view_training import measure_training
from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter

DOCS_START, DOCS_END = "<!-- benchmark:start -->", "<!-- benchmark:end -->"
KEY = "umap-2d-0be7c4a1"
COLUMNS = (
    "N", "runs", "painted_ms", "painted_max_ms", "bytes_per_update", "playback_fps", "drag_fps", "scrub_ms",
    "scrub_max_ms", "pan_ms", "growth_mb",
)  # fmt: skip


@dataclass
class Walk:
    """A run whose points drift from a cloud into ten blobs."""

    recorder: RunWriter
    start: np.ndarray
    goal: np.ndarray
    frames: int

    @classmethod
    def begin(cls, root: Path, points: int, frames: int) -> Walk:
        """A running run without a frame."""
        generator = np.random.default_rng(0)
        labels = generator.integers(0, 10, points)
        recorder = RunWriter(f"{points} points", labels=labels, root=root, experiment=f"view-{points}")
        recorder.progress(epochs=frames, force=True)
        write_json(recorder.paths.projection(KEY) / "config.json", {"schema": 1, "method": "umap", "dims": 2})
        spots = generator.normal(scale=6.0, size=(10, 2))[labels]
        start = generator.normal(scale=4.0, size=(points, 2))
        return cls(recorder, start, spots + generator.normal(size=(points, 2)), frames)

    def write(self, epoch: int) -> float:
        """Write what a job and the projector write after an epoch; return when its frame was in place."""
        share = epoch / self.frames
        layout = (self.start * (1 - share) + self.goal * share).astype(np.float32)
        paths = self.recorder.paths
        write_array(paths.silhouettes(epoch), np.full(len(layout), share, dtype=np.float32))
        write_json(paths.frame_quality(KEY, epoch), {"epoch": epoch, "method": "umap", "trustworthiness": 0.97})
        write_array(paths.frame(KEY, epoch), layout)
        return time.time()


def measure(
    browser: Browser, url: str, runs: Path, points: int, *, maps: int, updates: int, frames: int, growth: int | None
) -> dict[str, Any]:
    """One row: ``maps`` runs of ``points`` points on one page; memory is looked at over ``growth`` updates."""
    with ExitStack() as stack:
        walks = [Walk.begin(runs, points, frames) for _ in range(maps)]
        for walk in walks:
            stack.enter_context(walk.recorder)
            walk.write(0)
        page = stack.enter_context(opened(browser, url, [walk.recorder.run_id for walk in walks]))
        latency = [_update(page, walks, epoch) for epoch in range(1, updates + 1)]
        transferred = page.evaluate(FRAME_BYTES)
        return {
            "N": points,
            "runs": maps,
            "painted_ms": round(statistics.median(latency)),
            "painted_max_ms": round(max(latency)),
            "bytes_per_update": transferred * maps,
            **_replay(page, walks, updates, frames),
            "growth_mb": None if growth is None else round(_growth(page, walks[0], frames, growth), 2),
        }


def _update(page: Page, walks: list[Walk], epoch: int) -> float:
    written = max(walk.write(epoch) for walk in walks)
    painted = painted_at(page, epoch)
    # Not always at the same moment of the half second between two polls.
    page.wait_for_timeout(700 + 137 * (epoch % 4))
    return 1000 * (painted - written)


def _replay(page: Page, walks: list[Walk], updates: int, frames: int) -> dict[str, float]:
    for walk in walks:
        for epoch in range(updates + 1, frames + 1):
            walk.write(epoch)
    painted_at(page, frames)
    playback = page.evaluate(PLAY)
    dragged = page.evaluate(DRAG, frames)
    scrubbed = page.evaluate(SCRUB, [int(e) for e in np.random.default_rng(1).permutation(frames)[:12]])
    return {
        "playback_fps": round(playback, 1),
        "drag_fps": round(dragged, 1),
        "scrub_ms": round(statistics.median(scrubbed)),
        "scrub_max_ms": round(max(scrubbed)),
        "pan_ms": round(statistics.median(page.evaluate(PAN)), 1),
    }


def _growth(page: Page, walk: Walk, frames: int, updates: int) -> float:
    """Megabytes of script memory that ``updates`` updates leave behind, without the frames kept on purpose."""
    session = page.context.new_cdp_session(page)

    def used() -> float:
        page.evaluate("() => softsilMap.panes.forEach((pane) => pane.data.forget())")
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")
        return float(heap["usedSize"] + heap.get("backingStorageSize", 0)) / 2**20

    page.evaluate("() => softsilMap.follow()")
    before = used()
    for epoch in range(frames + 1, frames + updates + 1):
        walk.write(epoch)
        page.evaluate("() => softsilMap.poll()")
        painted_at(page, epoch)
    return used() - before


def as_table(rows: list[dict[str, Any]], columns: Sequence[str]) -> str:
    """The rows as a Markdown table."""

    def cell(value: float | str | None) -> str:
        return "–" if value is None else value if isinstance(value, str) else f"{value:,}"

    lines = ["| " + " | ".join(columns).replace("_", " ") + " |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(cell(row[name]) for name in columns) + " |" for row in rows)])


def write_docs(path: Path, tables: str, command: str, load: str) -> None:
    """Replace what is between the two markers of a page by the tables and where they were measured."""
    before, rest = path.read_text(encoding="utf-8").split(DOCS_START)
    _, after = rest.split(DOCS_END)
    note = f"`{command}`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, WebGL in software, {load}."
    path.write_text(f"{before}{DOCS_START}\n{note}\n\n{tables}\n{DOCS_END}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.view", description="Measure the live map in Chromium.")
    parser.add_argument("--quick", action="store_true", help="few points and epochs, under 50 seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="replace the tables of this page")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser's executable")
    options = parser.parse_args(arguments)
    if not options.chromium:
        parser.error("no chromium found; name one with --chromium")
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        trained = [_said(measure_training(browser, url, Path(folder), *size)) for size in _trainings(options.quick)]
        rows = [_said(measure(browser, url, Path(folder), **size)) for size in _sizes(options.quick)]
        browser.close()
    tables = f"{as_table(trained, TRAINING_COLUMNS)}\n\n{as_table(rows, COLUMNS)}"
    print("\n" + tables)
    if options.json:
        options.json.write_text(json.dumps([*trained, *rows], indent=1) + "\n", encoding="utf-8")
    if options.docs:
        load = f"load average {before:.1f} before and {os.getloadavg()[0]:.1f} after it (of this and everything else)"
        write_docs(options.docs, tables, "python -m benchmarks.view" + " --quick" * options.quick, load)
    return 0


def _trainings(quick: bool) -> list[tuple[int, int]]:
    return [(1_797, 4)] if quick else [(1_797, 10), (10_000, 10), (70_000, 4)]


def _sizes(quick: bool) -> list[dict[str, Any]]:
    if quick:
        return [{"points": 2_000, "maps": 1, "updates": 4, "frames": 12, "growth": 20}]
    sizes = [(2_000, 1, 200), (10_000, 1, None), (70_000, 1, None), (10_000, 4, None)]
    return [{"points": n, "maps": maps, "updates": 8, "frames": 50, "growth": growth} for n, maps, growth in sizes]


def _said(row: dict[str, Any]) -> dict[str, Any]:
    print(row, flush=True)
    return row


if __name__ == "__main__":
    raise SystemExit(main())
