"""Deleted runs: bring them back, or remove them for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from softsil.runs.reader import RunReader
from trainers.launchers import erase, restore, trash
from ui.panels.attempt import attempt_each
from ui.permissions import read_only

MOST_LISTED = 50
CHOSEN = "trash_chosen"


def trash_button() -> None:
    """Draw the button that opens the trash; nothing while it is empty, or in a read-only app."""
    deleted = [] if read_only() else trash()
    if deleted and st.button(f"Trash ({len(deleted)})", key="trash_open", help="Deleted runs: restore or remove them."):
        _open(deleted)


@st.dialog("Trash")
def _open(deleted: Sequence[RunReader]) -> None:
    names = {reader.run_id: f"{reader.name} · {reader.run_id}" for reader in deleted[:MOST_LISTED]}
    chosen = st.multiselect(
        "Deleted runs",
        list(names),
        format_func=lambda run_id: names[run_id],
        key=CHOSEN,
        placeholder="Choose runs",
    )
    with st.container(horizontal=True):
        clicked = st.button("Restore", type="primary", key="trash_restore", on_click=_for_chosen, args=(restore,))
        clicked |= st.button(
            f"Remove {len(chosen)} for good" if chosen else "Remove for good",
            key="trash_erase",
            disabled=not chosen,
            help="They cannot be brought back after that.",
            on_click=_for_chosen,
            args=(lambda run_id: erase([run_id]),),
        )
    if clicked:
        st.rerun()


def _for_chosen(act: Callable[[str], object]) -> None:
    attempt_each(act, tuple(st.session_state[CHOSEN]))
