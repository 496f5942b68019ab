"""What a history holds of the machine and not of the training: two equal runs differ in nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TIMINGS = frozenset({"time", "seconds", "processor_seconds", "waiting"})


def without_timings(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a history as any machine gives them."""
    return [{name: value for name, value in row.items() if name not in TIMINGS} for row in rows]
