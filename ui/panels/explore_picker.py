"""Which run Explore shows: kept in the address."""

from __future__ import annotations

import streamlit as st

from softsil.runs.reader import list_runs
from ui import links, state
from ui.run_table import RunRow, run_rows
from ui.run_view import RunView, view_runs


def pick_run() -> RunView | None:
    """Draw the picker and return the run; at first the newest one that has embeddings. None where there is none."""
    readers = list_runs()
    rows = {row.run_id: row for row in run_rows(readers)}
    if not rows:
        st.info("No run yet. “Show me” on the start page trains the first two; they can be explored here.")
        return None
    _adopt(rows)
    chosen = st.selectbox(
        "Run",
        list(rows),
        key=state.EXPLORED,
        format_func=lambda run_id: _describe(rows[run_id]),
        label_visibility="collapsed",
        persist_state="session",
    )
    st.session_state[state.EXPLORED_IN_LINK] = chosen
    links.link_runs([chosen])
    return next(iter(view_runs([chosen])), None)


def _adopt(rows: dict[str, RunRow]) -> None:
    linked = next(iter(links.linked_runs()), "").split(",")[0]
    kept = st.session_state.get(state.EXPLORED)
    if linked in rows and linked != st.session_state[state.EXPLORED_IN_LINK]:
        st.session_state[state.EXPLORED] = linked
    elif kept not in rows:
        begun = (run_id for run_id, row in rows.items() if row.silhouette is not None)
        st.session_state[state.EXPLORED] = next(begun, next(iter(rows)))


def _describe(row: RunRow) -> str:
    return f"{row.name} · {row.data} · {row.created:%d %b %H:%M}" if row.created else row.name
