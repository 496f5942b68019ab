"""The live map of the chosen runs."""

from __future__ import annotations

from collections.abc import Sequence

from ui.map import MapRun, live_map
from ui.run_view import RunView

# Leaves room for the selected samples below the maps on a screen of 1366 × 768.
HEIGHT = 550


def map_panel(runs: Sequence[RunView]) -> int | None:
    """Draw the maps side by side; return the epoch chosen in their slider, or None for the newest."""
    chosen = live_map([MapRun(run.run_id, run.label, run.color) for run in runs], key="live_map", height=HEIGHT)
    return chosen.epoch
