"""The latest experiments: what ran together, in which state, one click from Live."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.launching import open_live
from ui.panels.status import state_badge
from ui.run_table import RunRow, in_order
from ui.words import number, percent, plain_markdown

MOST_EXPERIMENTS = 4
MOST_RUNS = 4


def recent_experiments(rows: Sequence[RunRow]) -> None:
    """Draw the newest experiments.

    Args:
        rows: all runs, newest first.
    """
    st.subheader("Recent runs", anchor=False)
    if not rows:
        st.caption("None yet. “Show me” makes the first two.")
        return
    experiments: dict[str, list[RunRow]] = {}
    for row in rows:
        experiments.setdefault(row.experiment, []).append(row)
    for together in list(experiments.values())[:MOST_EXPERIMENTS]:
        _experiment(in_order(together))


def _experiment(rows: Sequence[RunRow]) -> None:
    first = rows[0]
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"recent_{first.run_id}"):
        when = f"{first.created:%d %b, %H:%M}" if first.created else ""
        st.markdown(f"{plain_markdown(first.data)}  \n:gray[{when}]", width=110)
        for row in rows[:MOST_RUNS]:
            with st.container(width=200, gap=None):
                st.markdown(f"**{plain_markdown(row.name)}**")
                state_badge(row.state)
                st.caption(f"{percent(row.accuracy)} right · silhouette {number(row.silhouette)}")
        if len(rows) > MOST_RUNS:
            st.caption(f"and {len(rows) - MOST_RUNS} more", width="content")
        st.space("stretch")
        if st.button("Open", key=f"recent_open_{first.run_id}"):
            open_live([row.run_id for row in rows])
