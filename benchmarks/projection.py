"""Ways to draw a training as a moving map: seconds, faithfulness, stillness.

``python -m benchmarks.projection [--quick] [--json FILE] [--docs FILE] [--largest]``

A small network is trained on scikit-learn's digits (:mod:`benchmarks.projection_sequence`), and every method draws its
embeddings epoch by epoch, all methods taking turns at each frame. With ``--largest`` the search for neighbors is
compared too (:mod:`benchmarks.neighbors`). One thread, processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import neighbors
from benchmarks.projection_methods import METHODS, Step
from benchmarks.projection_sequence import training_sequence
from softsil.projection.alignment import register
from softsil.projection.follow import measure_map
from softsil.projection.points import Points
from softsil.projection.quality import jitter

Layout = NDArray[np.float32]
DOCS_START, DOCS_END = "<!-- benchmark:start -->", "<!-- benchmark:end -->"
COLUMNS = (
    "method", "N", "seconds", "speedup", "first_frame_seconds", "trustworthiness", "neighbours_kept", "jitter",
    "jitter_registered", "still",
)  # fmt: skip


@dataclass
class Track:
    """One method on one sequence: its frames' figures so far."""

    name: str
    step: Step
    layout: Layout | None = None
    seconds: list[float] = field(default_factory=list)
    figures: list[dict[str, float | None]] = field(default_factory=list)
    jitters: list[float] = field(default_factory=list)
    registered: list[float] = field(default_factory=list)
    still: float | None = None

    def draw(self, embeddings: NDArray[np.float32]) -> None:
        """Draw one frame; the clock covers neighbors and layout, not the figures."""
        # On one thread processor time is the time on an idle machine, whatever else runs beside it.
        began = time.process_time()
        layout = self.step(Points(embeddings))
        self.seconds.append(time.process_time() - began)
        if self.layout is not None:
            # The figures of the first frame say nothing about following.
            self.figures.append(measure_map(Points(embeddings), layout))
            self.jitters.append(jitter(layout, self.layout) or 0.0)
            self.registered.append(jitter(register(layout, self.layout).layout, self.layout) or 0.0)
        self.layout = layout

    def draw_again(self, embeddings: NDArray[np.float32]) -> None:
        """Draw the last frame once more: how far does a map move that should stand still?"""
        layout = self.step(Points(embeddings))
        if self.layout is not None:
            self.still = jitter(layout, self.layout)

    def row(self, count: int, data: str, fresh_seconds: float | None) -> dict[str, Any]:
        """The figures as one row; means over all frames but the first, seconds as a median."""
        seconds = statistics.median(self.seconds[1:])
        return {
            "method": self.name,
            "N": count,
            "data": data,
            "frames": len(self.seconds),
            "seconds": round(seconds, 4),
            "speedup": round(fresh_seconds / seconds, 1) if fresh_seconds else None,
            "first_frame_seconds": round(self.seconds[0], 2),
            "trustworthiness": _mean([f["trustworthiness"] for f in self.figures]),
            "neighbours_kept": _mean([f["neighbours_kept"] for f in self.figures]),
            "jitter": _mean(self.jitters),
            "jitter_registered": _mean(self.registered),
            "still": None if self.still is None else round(self.still, 4),
        }


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.fmean(known), 4) if known else None


def compare(count: int, frames: int, names: list[str], say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Let the named methods take turns over one training sequence."""
    snapshots, data = training_sequence(count, frames)
    tracks = []
    for name in names:
        step = METHODS[name]()
        if step is None:
            say(f"{name}: not installed, left out")
        else:
            tracks.append(Track(name, step))
    for number, embeddings in enumerate(snapshots):
        for track in tracks:
            track.draw(embeddings)
            say(f"N = {count:,}, frame {number}: {track.name} {track.seconds[-1]:.2f} s")
    for track in tracks:
        track.draw_again(snapshots[-1])
    fresh = next((statistics.median(track.seconds[1:]) for track in tracks if track.name == "fresh umap-learn"), None)
    return [track.row(count, data, fresh) for track in tracks]


def as_table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(COLUMNS).replace("_", " ") + " |", "|---" * len(COLUMNS) + "|"]
    for row in rows:
        cells = ["–" if row[name] is None else f"{row[name]:,}" if name == "N" else str(row[name]) for name in COLUMNS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_docs(path: Path, rows: list[dict[str, Any]], more: str, command: str) -> None:
    """Replace what is between the two markers of a page by the table and ``more``."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(DOCS_START)
    _, after = rest.split(DOCS_END)
    machine = f"{platform.machine()}, Python {platform.python_version()}, one thread, processor time"
    load = f"load average {os.getloadavg()[0]:.1f} at the end (of this and everything else on {os.cpu_count()} cores)"
    note = f"`{command}`, {machine}, {time.strftime('%Y-%m-%d')}, {load}"
    data = "\n".join(
        f"- N = {n:,}: {d}, {f} frames." for n, d, f in dict.fromkeys((r["N"], r["data"], r["frames"]) for r in rows)
    )
    table = f"{as_table(rows)}\n{more}"
    path.write_text(f"{before}{DOCS_START}\n{note}\n\n{data}\n\n{table}{DOCS_END}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.projection", description="Compare ways to draw a moving map."
    )
    parser.add_argument("--quick", action="store_true", help="1,797 points, few frames, under 50 seconds")
    parser.add_argument(
        "--largest", action="store_true", help="also 70,000 points, softsil only, and neighbors (minutes)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="replace the table of this page")
    options = parser.parse_args(arguments)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        rows = compare(1797, 5 if options.quick else 12, list(METHODS), print)
        if not options.quick:
            rows += compare(10_000, 7, [name for name in METHODS if options.largest or "TSNE" not in name], print)
        if options.largest:
            rows += compare(70_000, 4, ["pca", "softsil"], print)
        more = f"\n{neighbors.as_table(neighbors.compare_all())}\n" if options.largest else ""
    print(f"\n{as_table(rows)}\n{more}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.docs:
        flags = "".join(f" --{flag}" for flag in ("quick", "largest") if getattr(options, flag))
        write_docs(options.docs, rows, more, f"python -m benchmarks.projection{flags}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
