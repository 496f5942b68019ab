"""Which runs the page shows: kept in the address, so a reload or a shared link shows the same ones."""

from __future__ import annotations

import streamlit as st

from softsil.runs.reader import list_runs
from ui import state
from ui.panels.newcomers import newcomers
from ui.run_table import MOST_TOGETHER, RunRow, newest_together, run_rows


def pick_runs() -> list[str]:
    """Draw the picker and return the ids of the chosen runs; at first those launched last."""
    rows = {row.run_id: row for row in run_rows(list_runs())}
    state.adopt_runs_in_link(default=[row.run_id for row in newest_together(list(rows.values()))], known=rows)
    chosen = st.multiselect(
        "Runs",
        list(rows),
        key=state.RUNS,
        format_func=lambda run_id: _describe(rows[run_id]),
        max_selections=MOST_TOGETHER,
        placeholder="Choose runs to show side by side",
        label_visibility="collapsed",
        persist_state="session",
    )
    state.put_runs_in_link(chosen)
    newcomers(rows, look=not any(rows[run_id].state.is_active for run_id in chosen))
    return chosen


def _describe(row: RunRow) -> str:
    return f"{row.name} · {row.data} · {row.created:%d %b %H:%M}" if row.created else row.name
