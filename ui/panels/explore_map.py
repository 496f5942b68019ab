"""The map of the explored run."""

from __future__ import annotations

from ui import links
from ui.map import MapChoice, MapRun, live_map
from ui.run_view import RunView


def explore_map(run: RunView, *, height: int) -> MapChoice:
    """Draw the map; return the epoch and the samples chosen on it. The epoch and the coloring go into the address."""
    shown = [MapRun(run.run_id, run.label, run.color)]
    choice = live_map(shown, key="explore_map", height=height, epoch=links.linked_epoch(), color=links.linked_color())
    links.link_epoch(choice.epoch)
    links.link_color(choice.color)
    return choice
