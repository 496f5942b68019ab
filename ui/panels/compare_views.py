"""Below the maps: one view of the difference at a time, chosen by the person, so that only that one is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui.comparison import Side
from ui.panels.compare_curves import curves_over_seeds
from ui.panels.compare_matrices import confusions, distances
from ui.panels.compare_moved import what_moved
from ui.panels.compare_settings import settings_table

# All sides, the two whose difference is asked for, the epoch, the ids selected on the maps.
View = Callable[[Sequence[Side], Side, Side, int | None, Sequence[str]], None]

VIEWS: dict[str, View] = {
    "What moved": lambda sides, first, second, epoch, selection: what_moved(first, second, epoch, selection),
    "Mix-ups": lambda sides, first, second, epoch, selection: confusions(first, second, epoch),
    "Distances": lambda sides, first, second, epoch, selection: distances(first, second, epoch),
    "Over epochs": lambda sides, first, second, epoch, selection: curves_over_seeds(sides, epoch),
    "Settings": lambda sides, first, second, epoch, selection: settings_table(sides),
}


def views(sides: Sequence[Side], pair: tuple[int, int], epoch: int | None, selection: Sequence[str]) -> None:
    """Draw the choice and the chosen view; the choice stands in the address."""
    chosen = st.radio(
        "View",
        list(VIEWS),
        key="view",
        horizontal=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    VIEWS[str(chosen)](sides, sides[pair[0]], sides[pair[1]], epoch, selection)
