"""Deleting runs: asked once more, then moved to the trash, from which they come back."""

from __future__ import annotations

import streamlit as st

from trainers.launchers import delete
from ui.panels.attempt import attempt_each
from ui.run_table import RunRow
from ui.words import plain_markdown

MOST_NAMED = 12


@st.dialog("Delete runs?")
def delete_runs(chosen: tuple[RunRow, ...]) -> None:
    """Ask whether to delete the runs, and do it."""
    named = [f"- {plain_markdown(row.name)} ({plain_markdown(row.run_id)})" for row in chosen[:MOST_NAMED]]
    more = [f"- and {len(chosen) - MOST_NAMED} more"] if len(chosen) > MOST_NAMED else []
    st.markdown("\n".join([*named, *more]) + "\n\nThey move to the trash, from where you can restore them.")
    run_ids = tuple(row.run_id for row in chosen)
    confirmed = st.button(
        "Delete", type="primary", key="runs_delete_confirmed", on_click=attempt_each, args=(delete, run_ids)
    )
    if confirmed:
        st.rerun()
