"""About how long a run will take, and how that is known."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader, list_runs
from trainers.config import RunConfig

START_SECONDS = 6.0  # interpreter, torch, data; measured as "launch to first step" in docs/jobs.md
_LOOK_BACK_RUNS = 60


@dataclass(frozen=True)
class Estimate:
    """An expected duration.

    Attributes:
        seconds: from start to end of the run, waiting in the queue not included; None where nothing is known.
        basis: one phrase on what it rests on.
    """

    seconds: float | None
    basis: str


def estimate_seconds(config: RunConfig, root: str | Path | None = None) -> Estimate:
    """Expected duration of a run, from earlier runs in the same runs folder.

    Args:
        config: the run.
        root: the runs folder.
    """
    alike: list[float] = []
    for reader in list_runs(root)[:_LOOK_BACK_RUNS]:
        earlier = reader.config.get("config", {})
        if all(earlier.get(part) == getattr(config, part) for part in ("data", "encoder", "device")):
            alike += _seconds_per_epoch(reader, earlier, config)
    if not alike:
        return Estimate(None, "not known yet: no run with this data and encoder has been finished here")
    seconds = START_SECONDS + config.epochs * statistics.median(alike)
    return Estimate(seconds, f"from {len(alike)} epochs of earlier runs with this data and encoder")


def _seconds_per_epoch(reader: RunReader, earlier: dict[str, Any], config: RunConfig) -> list[float]:
    views = 1 + config.objective.needs_two_views
    before = 1 + any(term.get("views") == 2 for term in earlier.get("objective", {}).get("terms", {}).values())
    times = [row.get("seconds") for row in reader.history("train")]
    return [views / before * seconds for seconds in times if isinstance(seconds, int | float)]
