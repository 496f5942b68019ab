"""Runs that began while a page was open, from another window or a program of one's own: named, and one click away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from softsil.runs.reader import list_runs
from ui import state
from ui.run_table import RunRow, newest_together, run_rows
from ui.words import plain_markdown

LOOK_SECONDS = 5


def newcomers(known: Collection[str], *, look: bool) -> None:
    """Draw them as soon as there are any.

    Args:
        known: ids of the runs that the page offers already.
        look: go on looking. Not while another part of the page ticks and may rerun the whole of it: Streamlit then
            sometimes sends one of the two to a place that is gone.
    """
    st.fragment(_newcomers, run_every=LOOK_SECONDS if look else None)(frozenset(known))


def _newcomers(known: frozenset[str]) -> None:
    rows = run_rows([reader for reader in list_runs() if reader.run_id not in known])
    if not rows:
        return
    together = newest_together(rows)
    names = ", ".join(row.name for row in together)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[New: {plain_markdown(names)}]", width="content")
        if st.button("Show", key="show_newcomers", on_click=_choose, args=(together,)):
            st.rerun()  # the whole page, not only this line


def _choose(rows: Sequence[RunRow]) -> None:
    st.session_state[state.RUNS] = [row.run_id for row in rows]
