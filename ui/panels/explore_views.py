"""Beside the map of Explore: one view at a time, chosen by the person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui.epoch_view import EpochView, epoch_view
from ui.panels.explore_landing import landing_panel
from ui.panels.explore_sample import chosen_sample
from ui.panels.explore_samples import samples_panel
from ui.panels.explore_suspects import suspects_panel

# The run at its epoch, the epoch asked for (None: the newest), the ids selected on the map.
View = Callable[[EpochView, int | None, Sequence[str]], None]

VIEWS: dict[str, View] = {
    "Samples": lambda view, epoch, selection: samples_panel(view, selection),
    "Label errors": lambda view, epoch, selection: suspects_panel(view),
    "Place a picture": lambda view, epoch, selection: landing_panel(view, epoch),
}
_WITHOUT_A_SAMPLE = ("Place a picture",)


def explore_views(run_id: str, epoch: int | None, selection: Sequence[str]) -> None:
    """Draw the choice and the chosen view at ``epoch``, None for the newest; the choice stands in the address."""
    chosen = str(
        st.radio("View", list(VIEWS), key="view", horizontal=True, label_visibility="collapsed", bind="query-params")
    )
    view = epoch_view(run_id, epoch)
    if view is None:
        st.caption("Appears with the first embeddings of this run.")
        return
    VIEWS[chosen](view, epoch, selection)
    if chosen not in _WITHOUT_A_SAMPLE:
        chosen_sample(view)
