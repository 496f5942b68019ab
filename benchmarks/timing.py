"""Interleaved repeats, tables, and where they go: shared by the benchmarks of losses and silhouettes."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# First calls of slower methods count: what they warm up is small beside them.
SLOW_SECONDS = 0.3
DOCS_START, DOCS_END = "<!-- benchmark:start -->", "<!-- benchmark:end -->"


class Timing(NamedTuple):
    """Medians over repeats.

    Attributes:
        seconds: wall clock.
        cpu_seconds: processor time of this process; ratios use it, because other programs disturb it less.
    """

    seconds: float
    cpu_seconds: float


def interleave(methods: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Timing]:
    """Time all methods in turn, ``repeats`` rounds, so that a slow spell of the machine meets all of them.

    Each runs once before: quick ones to warm up (they then run several times in a round and count their mean), slow
    ones as their first sample.
    """
    first = {name: _measure(method, 1) for name, method in methods.items()}
    loops = {name: min(20, max(1, int(0.1 / max(timing.seconds, 1e-6)))) for name, timing in first.items()}
    samples = {name: [timing] if timing.seconds > SLOW_SECONDS else [] for name, timing in first.items()}
    for _ in range(repeats):
        for name, method in methods.items():
            samples[name].append(_measure(method, loops[name]))
    return {name: _medians(timings) for name, timings in samples.items()}


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that these benchmarks share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="small sizes, under 50 seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put the table between the markers of this page")
    return parser


def publish(rows: list[dict[str, Any]], table: str, options: argparse.Namespace) -> None:
    """Print the table, write the rows as JSON, and renew the page's table, as the options ask."""
    print(table)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")
    if options.docs:
        page = options.docs.read_text()
        before, rest = page.split(DOCS_START, 1)
        after = rest.split(DOCS_END, 1)[1]
        options.docs.write_text(f"{before}{DOCS_START}\n{machine()}\n\n{table}\n{DOCS_END}{after}")


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """One line: versions and processor, so that a figure can be placed."""
    import torch

    return (
        f"Python {platform.python_version()}, torch {torch.__version__}, {platform.system()} {platform.machine()}, "
        f"one thread, medians of interleaved repeats, processor time."
    )


def number(value: float) -> str:
    """Three significant digits, no exponent."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _medians(timings: list[Timing]) -> Timing:
    return Timing(*(statistics.median(column) for column in zip(*timings, strict=True)))


def _measure(method: Callable[[], object], loops: int) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(loops):
        method()
    return Timing((time.perf_counter() - wall) / loops, (time.process_time() - cpu) / loops)
