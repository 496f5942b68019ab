"""The live map of the chosen runs."""

from __future__ import annotations

from collections.abc import Sequence

from ui.map import MapChoice, MapRun, live_map
from ui.run_view import RunView


def map_panel(runs: Sequence[RunView], *, height: int) -> MapChoice:
    """Draw the maps side by side; return the epoch of their slider and the selected samples."""
    return live_map([MapRun(run.run_id, run.label, run.color) for run in runs], key="live_map", height=height)
