"""The live map of the chosen runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import links
from ui.alignment import NOT_ALIGNED, are_aligned
from ui.map import MapRun, live_map
from ui.run_view import RunView

# Leaves room for the selected samples below the maps on a screen of 1366 × 768.
HEIGHT = 550


def map_panel(runs: Sequence[RunView]) -> int | None:
    """Draw the maps side by side; return the epoch chosen in their slider, or None for the newest.

    The chosen map and epoch go into the address.
    """
    shown = [MapRun(run.run_id, run.label, run.color) for run in runs]
    chosen = live_map(shown, key="live_map", height=HEIGHT, epoch=links.linked_epoch(), projection=links.linked_map())
    links.link_map(chosen.projection)
    links.link_epoch(chosen.epoch)
    if not are_aligned([run.run_id for run in runs]):
        st.caption(NOT_ALIGNED)
    return chosen.epoch
