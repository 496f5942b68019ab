"""All runs as a table that sorts, searches, and lets a person choose several."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ui.run_table import RunRow
from ui.words import state_mark

ROW_HEIGHT = 32
MOST_ROWS_SHOWN = 16

_COLUMNS = {
    "run": st.column_config.TextColumn("run", width="medium"),
    "state": st.column_config.TextColumn("state", width="small"),
    "data": st.column_config.TextColumn("data", width="small"),
    "loss": st.column_config.TextColumn("loss", width="medium"),
    "seed": st.column_config.NumberColumn("seed", width="small"),
    "epoch": st.column_config.TextColumn("epoch", width="small"),
    "accuracy": st.column_config.NumberColumn(
        "accuracy", format="percent", width="small", help="Share of validation images guessed right, newest epoch."
    ),
    "silhouette": st.column_config.NumberColumn(
        "silhouette",
        format="%.3f",
        width="small",
        help="Mean over the watched images, in the embedding space, newest epoch: 1 is best.",
    ),
    "created": st.column_config.DatetimeColumn("created", format="D MMM YYYY, HH:mm", width="medium"),
}


def run_table(rows: Sequence[RunRow]) -> list[RunRow]:
    """Draw the table and return the chosen rows."""
    chosen = st.dataframe(
        table_of(rows),
        key=table_key(rows),
        column_config=_COLUMNS,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(rows), MOST_ROWS_SHOWN) + 1) + 3,
        on_select="rerun",
        selection_mode="multi-row",
    )
    return [rows[index] for index in chosen["selection"]["rows"] if index < len(rows)]


def table_key(rows: Sequence[RunRow]) -> str:
    """Key of the table: another one when the list of runs changes, for a choice is kept by position."""
    ids = ",".join(row.run_id for row in rows)
    return f"runs_table_{zlib.crc32(ids.encode()):08x}"


def table_of(rows: Sequence[RunRow]) -> pd.DataFrame:
    """The rows as a data frame, newest first."""
    return pd.DataFrame(
        {
            "run": [row.name for row in rows],
            "state": [state_mark(row.state) for row in rows],
            "data": [row.data for row in rows],
            "loss": [row.loss for row in rows],
            "seed": pd.array([row.seed for row in rows], dtype="Int64"),
            "epoch": [f"{row.status.epoch}/{row.status.epochs or '–'}" for row in rows],
            "accuracy": pd.array([row.accuracy for row in rows], dtype="Float64"),
            "silhouette": pd.array([row.silhouette for row in rows], dtype="Float64"),
            "created": pd.to_datetime(
                pd.Series([row.created.replace(tzinfo=None) if row.created else None for row in rows])
            ),
        }
    )
