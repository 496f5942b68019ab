"""The watched samples as a table: filtered, sorted, one of them chosen, all of them to take along."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui import links
from ui.epoch_view import EpochView
from ui.panels.charts import heading
from ui.sample_table import SampleFilter, csv_of, row_of, rows_of, table_of

MOST_ROWS = 500
TABLE_HEIGHT = 260
ROW_HEIGHT = 36

_READ = (
    "One row a watched sample, the worst silhouette first; click a column's name to sort by it, tick a row to see its "
    "nearest neighbors. Silhouette: 1 deep inside its class, 0 between two, below 0 nearer to another. Margin: how "
    "much nearer the sample is to the mean of its own class than to that of the nearest other class, as cosine "
    "distances in the embedding space (the run stores no class probabilities); below 0 it is nearer to the other."
)
_COLUMNS = {
    "picture": st.column_config.ImageColumn("", width=44),
    "id": st.column_config.Column("id", width=60),
    "split": st.column_config.TextColumn("split", width=70),
    "class": st.column_config.TextColumn("class", width=80),
    "predicted": st.column_config.TextColumn("predicted", width=80),
    "silhouette": st.column_config.NumberColumn("silhouette", format="%.3f", width=80),
    "margin": st.column_config.NumberColumn("margin", format="%.3f", width=80),
    "nearest other class": st.column_config.TextColumn("nearest other", width=95),
}


def samples_panel(view: EpochView, selection: Sequence[str]) -> None:
    """Draw filters and table; with a selection on the map only the selected samples."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        heading("Samples", _READ)
        chosen = _filter(view, selection)
    rows = rows_of(view, chosen)
    said = f"{len(rows):,} of {len(view.samples):,} samples"
    if selection:
        said += ", only what is selected on the map (Esc there clears it)"
    if len(rows) > MOST_ROWS:
        said += f"; the {MOST_ROWS} with the lowest silhouettes are listed, the file has all"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(said + ".", width="stretch")
        st.download_button(
            "CSV",
            lambda: csv_of(view, rows),
            file_name=f"{view.run_id}-epoch-{view.epoch}-samples.csv",
            mime="text/csv",
            key="explore_csv",
            disabled=not len(rows),
            help="All samples that pass the filters, with their ids.",
            on_click="ignore",
        )
    if len(rows):
        sample_table(view, rows[:MOST_ROWS], key="explore_table")
    else:
        st.caption("No sample passes these filters.")


def sample_table(view: EpochView, rows: NDArray[np.int64], *, key: str) -> None:
    """Draw some samples as a table in which one can be ticked; it becomes the chosen sample of the page."""
    kept = row_of(view, links.linked_sample())
    ticked = [int(place) for place in np.flatnonzero(rows == kept)] if kept is not None else []
    chosen = st.dataframe(
        table_of(view, rows, pictures=True),
        key=table_key(key, view, rows),
        column_config=_COLUMNS,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(TABLE_HEIGHT, ROW_HEIGHT * (len(rows) + 1) + 3),
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": ticked, "columns": []}},
    )
    places = [place for place in chosen["selection"]["rows"] if place < len(rows)]
    if places:
        links.link_sample(str(view.samples.ids[rows[places[0]]]))
    elif ticked:
        links.link_sample("")


def table_key(key: str, view: EpochView, rows: NDArray[np.int64]) -> str:
    """Key of the table: another one when its rows change, for a tick is kept by position."""
    listed = f"{view.run_id} {view.epoch}".encode() + rows.tobytes()
    return f"{key}_{zlib.crc32(listed):08x}"


def _filter(view: EpochView, selection: Sequence[str]) -> SampleFilter:
    classes = st.multiselect(
        "Classes",
        list(dict.fromkeys(view.class_names)),
        key="class",
        placeholder="Any class",
        label_visibility="collapsed",
        bind="query-params",
        width=170,
    )
    st.caption("silhouette ≤", width="content")
    below = st.number_input(
        "Silhouette at most",
        min_value=-1.0,
        max_value=1.0,
        value=1.0,
        step=0.1,
        key="below",
        bind="query-params",
        label_visibility="collapsed",
        help="Only samples whose silhouette is at most this.",
        width=120,
    )
    known = view.predictions is not None
    wrong = st.toggle(
        "Wrong only",
        key="wrong",
        bind="query-params",
        disabled=not known,
        help="Taken for another class." if known else "This run stores no predictions.",
    )
    return SampleFilter(classes, wrong and known, below, selection)
