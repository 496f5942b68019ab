"""Deleting runs: asked once more, then moved to the trash folder beside the runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.errors import SoftsilError
from trainers.launchers import delete
from ui.run_table import RunRow
from ui.words import plain_markdown


def delete_button(chosen: Sequence[RunRow]) -> None:
    """Draw the button that asks whether to delete the chosen runs."""
    if st.button("Delete", key="runs_delete", disabled=not chosen):
        _confirm(tuple(chosen))


@st.dialog("Delete runs?")
def _confirm(chosen: tuple[RunRow, ...]) -> None:
    names = "\n".join(f"- {plain_markdown(row.name)} ({plain_markdown(row.run_id)})" for row in chosen)
    st.markdown(f"{names}\n\nThey move to the folder `.softsil/trash` in the runs folder.")
    if st.button("Delete", type="primary", key="runs_delete_confirmed", on_click=_delete, args=(chosen,)):
        st.rerun()


def _delete(chosen: Sequence[RunRow]) -> None:
    for row in chosen:
        try:
            delete(row.run_id)
        except (SoftsilError, OSError) as error:
            st.toast(plain_markdown(str(error)), icon="⚠️")
