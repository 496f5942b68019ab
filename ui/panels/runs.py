"""All runs: filters, table, and what can be done with the ticked ones; fresh every few seconds while one is active."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.runs.reader import list_runs
from ui.panels.import_runs import import_button
from ui.panels.queue import queue_panel
from ui.panels.run_actions import run_actions
from ui.panels.run_filters import run_filters
from ui.panels.run_table import run_table
from ui.panels.tensorboard import tensorboard_button
from ui.panels.trash import trash_button
from ui.run_filter import filtered
from ui.run_table import RunRow, run_rows

TICK_SECONDS = 3
IDLE_SECONDS = 15  # somebody may launch from elsewhere


def runs_panel() -> None:
    """Draw everything about the runs in the folder."""
    active = _any_active(run_rows(list_runs()))
    st.fragment(_runs, run_every=TICK_SECONDS if active else IDLE_SECONDS)(active)


def _any_active(rows: Sequence[RunRow]) -> bool:
    return any(row.state.is_active for row in rows)


def _runs(was_active: bool) -> None:
    rows = run_rows(list_runs())
    if _any_active(rows) and not was_active:
        st.rerun()  # the whole page once, so that it ticks faster
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Runs", anchor=False, width="content")
        # Above the table, drawn when it is known what is ticked there.
        actions = st.container(horizontal=True, width="content", gap="small")
        others = st.container(horizontal=True, width="content", gap="small")
        tools = st.container(width="content")
    with others:
        import_button()
        trash_button()
    if not rows:
        st.info("No run yet. “Show me” on the start page makes the first two.")
        return
    queue_panel(rows)
    shown = filtered(rows, run_filters(rows))
    chosen = run_table(shown) if shown else []
    if not shown:
        st.info("No run fits these filters.")
    with actions:
        run_actions(chosen, rows)
    with tools:
        tensorboard_button([row.run_id for row in chosen])
    st.caption(
        _count(len(shown), len(rows))
        + " Tick runs to act on them; a click on a column's name sorts, for this screen only."
    )


def _count(shown: int, total: int) -> str:
    return f"{total} runs." if shown == total else f"{shown} of {total} runs."
