"""Runs that somebody else exported, by upload."""

from __future__ import annotations

import streamlit as st

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root
from trainers.imports.zip_file import import_zip
from ui.permissions import read_only
from ui.words import plain_markdown


def import_button() -> None:
    """Draw the button with the upload under it; nothing in a read-only app."""
    if read_only():
        return
    with st.popover("Import", key="import_runs", help="Add runs from a zip that Export wrote."):
        file = st.file_uploader("A zip that Export wrote, here or on another machine", type="zip", key="import_file")
        if st.button("Add these runs", type="primary", key="import_add", disabled=file is None) and file is not None:
            try:
                added = import_zip(file, runs_root())
            except (SoftsilError, OSError) as error:
                st.error(plain_markdown(str(error)))
            else:
                st.success(f"{len(added)} added." if len(added) > 1 else "Added.")
