"""The live map in a real browser: from a frame on disk to the screen, playback, scrubbing, panning.

``python -m benchmarks.view [--quick] [--json FILE] [--docs FILE] [--chromium FILE]``

Starts the app on a free loopback port over runs of its own, opens its Live page in headless Chromium and writes frames
as the projector does. WebGL draws in software, so a machine with a graphics card is faster. Points are random blobs:
only their number matters here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter

ROOT = Path(__file__).parents[1]
DOCS_START, DOCS_END = "<!-- benchmark:start -->", "<!-- benchmark:end -->"
KEY = "umap-2d-0be7c4a1"
WAIT_MS = 60_000
# Chromium falls back to WebGL in software by itself. Asking for it (--use-angle=swiftshader) would put the whole page
# together in software GL too, and every picture would take several times as long.
ARGUMENTS = ["--no-sandbox"]
COLUMNS = (
    "N", "runs", "painted_ms", "painted_max_ms", "bytes_per_update", "playback_fps", "scrub_ms", "scrub_max_ms",
    "pan_ms", "growth_mb",
)  # fmt: skip

# Notes when the first picture of every epoch is on the screen; reading one pixel waits until it really is drawn.
WATCH = """() => {
  const view = window.softsilMap, draw = view.draw.bind(view), pixel = new Uint8Array(4);
  window.painted = {};
  window.finish = () => {
    for (const { renderer: { gl } } of view.panes) gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  view.draw = (now) => {
    draw(now);
    const epochs = view.panes.map((pane) => pane.frame?.epoch);
    if (epochs.some((epoch) => epoch !== epochs[0]) || epochs[0] in window.painted) return;
    window.finish();
    window.painted[epochs[0]] = performance.timeOrigin + performance.now();
  };
}"""
PLAY = """async () => {
  const view = window.softsilMap;
  view.shared.epoch = 0;
  view.set({ speed: 10 });
  await new Promise((done) => setTimeout(done, 1000));
  view.playback.toggle();
  const [from, start] = [view.drawn, performance.now()];
  while (view.shared.playing) await new Promise((done) => setTimeout(done, 20));
  window.finish();
  return (1000 * (view.drawn - from)) / (performance.now() - start);
}"""
SCRUB = """async (epochs) => {
  const times = [];
  for (const epoch of epochs) {
    window.painted = {};
    const start = performance.now();
    window.softsilMap.seek(epoch);
    while (!(epoch in window.painted)) await new Promise((done) => setTimeout(done, 1));
    times.push(window.painted[epoch] - performance.timeOrigin - start);
    await new Promise((done) => setTimeout(done, 250));
  }
  return times;
}"""
PAN = """async () => {
  const view = window.softsilMap, times = [];
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    view.shared.camera.x += 0.01;
    view.shared.camera.zoom *= 1.01;
    view.draw(start);
    window.finish();
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""
FRAME_BYTES = """() => {
  const size = (part) => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes(part)).map((entry) => entry.encodedBodySize).at(-1) ?? 0;
  return size("/frames/") + size("/values/") + size("/map");
}"""


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


@contextmanager
def served(runs: Path) -> Iterator[str]:
    """The app over ``runs``; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SOFTSIL_RUNS": str(runs)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_answer(f"{url}/_stcore/health")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        _end_services(runs)


def _wait_for_answer(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _end_services(runs: Path) -> None:
    import psutil

    # The projector outlives the app on purpose, but not the folder it serves.
    for process in psutil.process_iter(["cmdline"]):
        if str(runs) in (process.info["cmdline"] or []):
            process.kill()


def measure(
    browser: Browser, url: str, runs: Path, points: int, *, maps: int, updates: int, frames: int, growth: int | None
) -> dict[str, Any]:
    """One row: ``maps`` runs of ``points`` points on one page; memory is looked at over ``growth`` updates."""
    with ExitStack() as stack:
        walks = [Walk.begin(runs, points, frames) for _ in range(maps)]
        for walk in walks:
            stack.enter_context(walk.recorder)
            walk.write(0)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        stack.callback(page.close)
        page.goto(f"{url}/live?runs={','.join(walk.recorder.run_id for walk in walks)}")
        page.wait_for_function(
            "(n) => window.softsilMap?.panes.length === n && window.softsilMap.panes.every((pane) => pane.frame)",
            arg=maps,
            timeout=WAIT_MS,
        )
        page.evaluate(WATCH)
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
    page.wait_for_function("(epoch) => epoch in window.painted", arg=epoch, timeout=WAIT_MS)
    # Not always at the same moment of the half second between two polls.
    page.wait_for_timeout(700 + 137 * (epoch % 4))
    return float(page.evaluate("(epoch) => window.painted[epoch]", epoch)) - 1000 * written


def _replay(page: Page, walks: list[Walk], updates: int, frames: int) -> dict[str, float]:
    for walk in walks:
        for epoch in range(updates + 1, frames + 1):
            walk.write(epoch)
    page.wait_for_function("(epoch) => epoch in window.painted", arg=frames, timeout=WAIT_MS)
    playback = page.evaluate(PLAY)
    scrubbed = page.evaluate(SCRUB, [int(e) for e in np.random.default_rng(1).permutation(frames)[:12]])
    return {
        "playback_fps": round(playback, 1),
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
        page.wait_for_function("(epoch) => epoch in window.painted", arg=epoch, timeout=WAIT_MS)
    return used() - before


def as_table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""

    def cell(value: float | None) -> str:
        return "–" if value is None else f"{value:,}"

    lines = ["| " + " | ".join(COLUMNS).replace("_", " ") + " |", "|---" * len(COLUMNS) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(map(cell, (row[name] for name in COLUMNS))) + " |" for row in rows)])


def write_docs(path: Path, rows: list[dict[str, Any]], command: str, load: str) -> None:
    """Replace what is between the two markers of a page by the table and where it was measured."""
    before, rest = path.read_text(encoding="utf-8").split(DOCS_START)
    _, after = rest.split(DOCS_END)
    note = f"`{command}`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, WebGL in software, {load}."
    path.write_text(f"{before}{DOCS_START}\n{note}\n\n{as_table(rows)}\n{DOCS_END}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.view", description="Measure the live map in Chromium.")
    parser.add_argument("--quick", action="store_true", help="2,000 points only, under 50 seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="replace the table of this page")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser's executable")
    options = parser.parse_args(arguments)
    if not options.chromium:
        parser.error("no chromium found; name one with --chromium")
    sizes = [(2_000, 1)] if options.quick else [(2_000, 1), (10_000, 1), (70_000, 1), (10_000, 4)]
    updates, frames = (4, 12) if options.quick else (8, 50)
    load = f"load before it {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    rows = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        for points, maps in sizes:
            growth = (20 if options.quick else 200) if (points, maps) == (2_000, 1) else None
            size: dict[str, Any] = {"maps": maps, "updates": updates, "frames": frames, "growth": growth}
            rows.append(measure(browser, url, Path(folder), points, **size))
            print(rows[-1])
        browser.close()
    print("\n" + as_table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.docs:
        write_docs(options.docs, rows, "python -m benchmarks.view" + " --quick" * options.quick, load)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
