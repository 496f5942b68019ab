"""The data set of an experiment: chosen by title, its settings, and for data of one's own an upload or a path."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import streamlit as st

from softsil.runs.paths import runs_root
from trainers.data.registry import DATA_SETS, DataSpec
from trainers.data.table import likely_label
from trainers.data.uploads import MOST_BYTES, Upload
from trainers.errors import DataError
from ui.forms import Form, ask
from ui.words import plain_markdown

_OWN = ("path", "label")


def choose_data(key: str, *, start: str) -> tuple[DataSpec, Form]:
    """Draw the choice and the form for the settings of the chosen data set.

    Args:
        key: start of the widgets' keys.
        start: name of the data set that is chosen at first.

    Returns:
        The data set, and the filled-in form, checked against its config.
    """
    names = DATA_SETS.names()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False):
        name = st.selectbox(
            "Data set",
            names,
            index=names.index(start),
            format_func=lambda one: DATA_SETS.get(one).title,
            key=key,
            persist_state="session",
        )
        spec, prefix = DATA_SETS.get(name), f"{key}_{name}"
        with st.popover("Settings", key=f"{prefix}_settings"):
            form = ask(spec.config, prefix, without=_OWN if spec.upload else ())
    st.caption(plain_markdown(spec.summary))
    if spec.upload:
        form.include(_own_file(spec, spec.upload, prefix))
    form.check(spec.config)
    return spec, form


def _own_file(spec: DataSpec, upload: Upload, prefix: str) -> Form:
    """Upload or path, and for a table the column that holds the class."""
    file_key, path_key, wrong_key = f"{prefix}_file", f"{prefix}_path", f"{prefix}_wrong"
    st.file_uploader(
        upload.words,
        type=list(upload.endings),
        key=file_key,
        max_upload_size=MOST_BYTES // 2**20,
        on_change=_keep,
        args=(upload, file_key, path_key, wrong_key),
    )
    if st.session_state.get(wrong_key):
        st.markdown(f":red[{plain_markdown(st.session_state[wrong_key])}]")
    form = ask(spec.config, prefix, only=("path",))
    if "label" in spec.config.model_fields:
        form.include(_label(spec, prefix, form.values.get("path")))
    return form


def _keep(upload: Upload, file_key: str, path_key: str, wrong_key: str) -> None:
    """Store what was handed over and fill in its path; runs before the page is drawn again."""
    file = st.session_state.get(file_key)
    if file is None:
        return
    st.session_state[wrong_key] = ""
    try:
        st.session_state[path_key] = str(upload.keep(file.name, file, runs_root()))
    except (DataError, OSError) as error:
        st.session_state[wrong_key] = str(error)


def _label(spec: DataSpec, prefix: str, path: Any) -> Form:
    """The columns of the file to choose from, or an empty field while there is no file."""
    try:
        columns = spec.columns(Path(str(path)).expanduser()) if path else []
    except DataError:  # said beside the path, or when the file is read
        columns = []
    if not columns:
        return Form()
    likely = columns.index(likely_label(columns))
    # Another table, other columns: what was chosen for the last one means nothing.
    key = f"{prefix}_label_{zlib.crc32(repr(columns).encode())}"
    chosen = st.selectbox(
        "Column with the class", columns, likely, key=key, help="All others must be numbers.", persist_state="session"
    )
    form = Form({"label": chosen})
    form.slots[("label",)] = st.empty()
    return form
