"""Small curves for the table of runs: a few dozen points of each, read once per change of the file."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from softsil.runs.paths import RunPaths

MOST_POINTS = 40

Curves = dict[str, tuple[float, ...]]

# Title in the table: split and name in metrics.jsonl.
CURVES = {"accuracy": ("validation", "accuracy"), "silhouette": ("watched", "silhouette")}


def run_curves(paths: RunPaths) -> Curves:
    """The curves of one run, by the names of ``CURVES``; empty where nothing was recorded."""
    try:
        found = paths.metrics.stat()
    except OSError:
        return dict.fromkeys(CURVES, ())
    return _curves(paths.metrics, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _curves(path: Path, size: int, changed: int) -> Curves:
    del size, changed  # only part of the key
    lines = path.read_bytes().splitlines()
    return {title: _points(lines, split, name) for title, (split, name) in CURVES.items()}


def _points(lines: list[bytes], split: str, name: str) -> tuple[float, ...]:
    # Parsing every line of five hundred runs would take seconds; a picture this small needs few of them.
    mark = f'"split": "{split}"'.encode()
    chosen = [line for line in lines if mark in line]
    step = max(1, -(-len(chosen) // MOST_POINTS))
    spread = chosen[::-1][::step][::-1]  # counted from the end, so that the newest point is always there
    values = (_value(line, name) for line in spread)
    return tuple(value for value in values if value is not None)


def _value(line: bytes, name: str) -> float | None:
    try:
        value = json.loads(line).get(name)
    except (ValueError, AttributeError):  # half written, or no object
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
