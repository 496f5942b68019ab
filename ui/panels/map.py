"""The live map of the chosen runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import links
from ui.alignment import NOT_ALIGNED, are_aligned
from ui.map import MapChoice, MapRun, live_map
from ui.panels.more_maps import ASKED
from ui.run_view import RunView

# Everything down to the selected samples is seen on a screen of 1280 × 720 without scrolling.
HEIGHT = 590


def map_panel(runs: Sequence[RunView]) -> MapChoice:
    """Draw the maps side by side; return what was chosen on them. Map, coloring and epoch go into the address."""
    shown = [MapRun(run.run_id, run.label, run.color) for run in runs]
    chosen = live_map(
        shown,
        key="live_map",
        height=HEIGHT,
        epoch=links.linked_epoch(),
        projection=links.linked_map(),
        color=links.linked_color(),
        asked=st.session_state.get(ASKED),
    )
    links.link_map(chosen.projection)
    links.link_color(chosen.color)
    links.link_epoch(chosen.epoch)
    if not are_aligned([run.run_id for run in runs]):
        st.caption(NOT_ALIGNED)
    return chosen
