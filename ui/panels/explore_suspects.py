"""Suspected label errors: samples that lie deep in another class."""

from __future__ import annotations

import streamlit as st

from ui.epoch_view import NEIGHBORS, EpochView, suspects_of
from ui.panels.charts import heading
from ui.panels.explore_samples import MOST_ROWS, sample_table
from ui.sample_table import csv_of

_READ = (
    "A sample is listed when all three hold: its silhouette is below 0; it lies at least as near to the mean of "
    f"another class as that class's own samples do on average; most of its {NEIGHBORS} nearest neighbors are of that "
    "class. Look at the pictures before you believe it: hard samples look the same as wrong labels."
)


def suspects_panel(view: EpochView) -> None:
    """Draw the suspects, the strongest first."""
    heading("Suspected label errors", _READ)
    with st.spinner("Looking at every sample's neighbors", show_time=False):
        found = suspects_of(view)
    if found is None:
        st.caption("There is only one class, so no label can be wrong.")
        return
    if not len(found.rows):
        st.caption(f"None among {len(view.samples):,} samples at epoch {view.epoch}.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{len(found.rows)} of {len(view.samples):,} samples, the clearest first.", width="stretch")
        st.download_button(
            "CSV",
            lambda: csv_of(view, found.rows),
            file_name=f"{view.run_id}-epoch-{view.epoch}-suspects.csv",
            mime="text/csv",
            key="explore_suspects_csv",
            help="All of them, with their ids.",
            on_click="ignore",
        )
    sample_table(view, found.rows[:MOST_ROWS], key="explore_suspects")
