"""Runs as a table that sorts and lets a person tick several, with a small curve of each."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from urllib.parse import quote

import pandas as pd
import streamlit as st

from softsil.runs.paths import RunPaths, runs_root
from trainers.launchers.queue import is_paused, places
from ui import state
from ui.run_curves import run_curves
from ui.run_table import RunRow
from ui.words import situation, state_mark

ROW_HEIGHT = 32
MOST_ROWS_SHOWN = 14

_STATES = (
    "What the run is doing. Queued: it waits for its turn. Failed: it ended with an error, which stands beside it. "
    "Crashed: its process died. Stopped: somebody stopped it. These three can be resumed from their last checkpoint."
)
_COLUMNS = {
    "run": st.column_config.TextColumn("run", width=170),
    "open": st.column_config.LinkColumn("", width=55, display_text="Live ↗", help="Open this run in a new tab."),
    "state": st.column_config.TextColumn("state", width=90, help=_STATES),
    "now": st.column_config.TextColumn("where it is", width=200),
    "data": st.column_config.TextColumn("data", width=85),
    "loss": st.column_config.TextColumn("loss", width=110),
    "seed": st.column_config.NumberColumn("seed", width=50),
    "accuracy": st.column_config.NumberColumn(
        "accuracy", format="percent", width=80, help="Share of validation images guessed right, newest epoch."
    ),
    "accuracy curve": st.column_config.LineChartColumn(
        "over epochs", width=85, y_min=0, y_max=1, help="Accuracy over the epochs, from 0 (bottom) to 1 (top)."
    ),
    "silhouette": st.column_config.NumberColumn(
        "silhouette",
        format="%.3f",
        width=80,
        help="Mean over the watched images, in the embedding space, newest epoch: 1 is best.",
    ),
    "silhouette curve": st.column_config.LineChartColumn(
        "over epochs",
        width=85,
        y_min=-1,
        y_max=1,
        help="Silhouette over the epochs, from −1 at the bottom to 1 on top.",
    ),
    "tags": st.column_config.ListColumn("tags", width=120),
    "note": st.column_config.TextColumn("note", width=150),
    "created": st.column_config.DatetimeColumn("created", format="D MMM YYYY, HH:mm", width=130),
}


def run_table(rows: Sequence[RunRow]) -> list[RunRow]:
    """Draw the table and return the ticked rows; a tick stays with its run when the list changes."""
    state.adopt_ticks_in_link()
    kept = set(state.chosen_runs())
    ticked = [index for index, row in enumerate(rows) if row.run_id in kept]
    chosen = st.dataframe(
        table_of(rows),
        key=table_key(rows),
        column_config=_COLUMNS,
        hide_index=True,
        placeholder="–",
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(rows), MOST_ROWS_SHOWN) + 1) + 3,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked, "columns": []}},
    )
    found = [rows[index] for index in chosen["selection"]["rows"] if index < len(rows)]
    state.choose_runs([row.run_id for row in found])
    return found


def table_key(rows: Sequence[RunRow]) -> str:
    """Key of the table: another one when the list of runs changes, for a tick is kept by position."""
    ids = ",".join(row.run_id for row in rows)
    return f"runs_table_{zlib.crc32(ids.encode()):08x}"


def table_of(rows: Sequence[RunRow]) -> pd.DataFrame:
    """The rows as a data frame, in their order."""
    root = runs_root()
    place, paused = places(root), is_paused(root)
    curves = [run_curves(RunPaths(root, row.run_id)) for row in rows]
    return pd.DataFrame(
        {
            "run": [row.name for row in rows],
            "open": [f"live?{state.RUNS}={quote(row.run_id)}" for row in rows],
            "state": [state_mark(row.state) for row in rows],
            "now": [situation(row.status, place.get(row.run_id), paused=paused) for row in rows],
            "data": [row.data for row in rows],
            "loss": [row.loss for row in rows],
            "seed": pd.array([row.seed for row in rows], dtype="Int64"),
            "accuracy": pd.array([row.accuracy for row in rows], dtype="Float64"),
            "accuracy curve": [list(one["accuracy"]) for one in curves],
            "silhouette": pd.array([row.silhouette for row in rows], dtype="Float64"),
            "silhouette curve": [list(one["silhouette"]) for one in curves],
            "tags": [list(row.notes.tags) for row in rows],
            "note": [" ".join(row.notes.note.split()) for row in rows],
            "created": pd.to_datetime(
                pd.Series([row.created.replace(tzinfo=None) if row.created else None for row in rows])
            ),
        }
    )
