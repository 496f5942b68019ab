"""Name, tags and note of the chosen runs, in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from softsil.runs.notes import LONGEST_NAME, LONGEST_NOTE, MOST_TAGS, edit_notes
from softsil.runs.paths import RunPaths, runs_root
from ui.panels.attempt import attempt
from ui.run_filter import all_tags
from ui.run_table import RunRow
from ui.words import plain_markdown


@st.dialog("Name, tags and note")
def edit_runs(chosen: tuple[RunRow, ...], everyone: Sequence[RunRow]) -> None:
    """Ask for name, tags and note of one run, or for tags that several have in common.

    Args:
        chosen: the runs to edit.
        everyone: all runs, whose tags are offered.
    """
    one = chosen[0] if len(chosen) == 1 else None
    if one is None:
        st.caption(", ".join(plain_markdown(row.name) for row in chosen))
    key = f"edit_{chosen[0].run_id}_{len(chosen)}"
    if one:
        st.text_input("Name", one.name, max_chars=LONGEST_NAME, key=f"{key}_name")
    st.multiselect(
        "Tags" if one else "Tags of all of them",
        all_tags(everyone),
        _shared(chosen),
        key=f"{key}_tags",
        accept_new_options=True,
        max_selections=MOST_TAGS,
        placeholder="Choose tags, or type new ones",
    )
    if one:
        st.text_area("Note", one.notes.note, max_chars=LONGEST_NOTE, key=f"{key}_note")
    if st.button("Save", type="primary", key=f"{key}_save", on_click=_save, args=(key, chosen)):
        st.rerun()


def _shared(chosen: Sequence[RunRow]) -> list[str]:
    return [tag for tag in chosen[0].notes.tags if all(tag in row.notes.tags for row in chosen)]


def _save(key: str, chosen: Sequence[RunRow]) -> None:
    name, tags, note = (st.session_state.get(f"{key}_{part}") for part in ("name", "tags", "note"))
    shared = _shared(chosen)
    for row in chosen:
        paths = RunPaths(runs_root(), row.run_id)
        own = [tag for tag in row.notes.tags if tag not in shared]
        attempt(partial(edit_notes, paths, name=name, tags=[*(tags or ()), *own], note=note))
