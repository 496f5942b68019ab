"""Runs that somebody else exported, or a file of ready-made embeddings to look at, by upload."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import streamlit as st

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root
from trainers.data.table import columns_of, likely_label
from trainers.data.uploads import MOST_BYTES, keep_file
from trainers.errors import ImportFailedError
from trainers.imports.embeddings import TABLES
from trainers.imports.zip_file import import_zip
from ui.permissions import read_only
from ui.words import plain_markdown

_PROJECT = Path(__file__).parents[2]
_TIMEOUT_SECONDS = 300.0


def import_button() -> None:
    """Draw the button with the two uploads under it; nothing in a read-only app."""
    if read_only():
        return
    with st.popover("Import", key="import_runs", help="Add runs from a zip, or a file of embeddings."):
        _zip()
        _embeddings()


def _zip() -> None:
    file = st.file_uploader("A zip that Export wrote, here or on another machine", type="zip", key="import_file")
    if st.button("Add these runs", type="primary", key="import_add", disabled=file is None) and file is not None:
        try:
            added = import_zip(file, runs_root())
        except (SoftsilError, OSError) as error:
            st.error(plain_markdown(str(error)))
        else:
            st.success(f"{len(added)} added." if len(added) > 1 else "Added.")


def _embeddings() -> None:
    file = st.file_uploader(
        "Ready-made embeddings to look at: a CSV or Parquet file with a column for the class, or an NPZ file with the "
        "arrays inputs and labels",
        type=["csv", "parquet", "pq", "npz"],
        key="import_embeddings",
        max_upload_size=MOST_BYTES // 2**20,
    )
    if file is None:
        return
    try:
        path = keep_file(file.name, file, runs_root())
        label = _label(path) if path.suffix.lower() in TABLES else None
        if st.button("Add as a run", type="primary", key="import_embeddings_add"):
            with st.spinner("Measuring the silhouettes"):
                _make_run(path, label, Path(file.name).stem)
            st.success("Added: one run with one epoch.")
    except (SoftsilError, OSError) as error:
        st.error(plain_markdown(str(error)))


def _label(path: Path) -> str:
    columns = columns_of(path)
    likely = columns.index(likely_label(columns)) if columns else 0
    return str(st.selectbox("Column with the class", columns, likely, key="import_embeddings_label"))


def _make_run(path: Path, label: str | None, name: str) -> None:
    """In a process of its own, because the page must not load torch."""
    command = [
        sys.executable,
        "-m",
        "trainers",
        "import",
        str(path),
        "--json",
        "--root",
        str(runs_root()),
        "--name",
        name,
    ]
    command += [] if label is None else ["--label", label]
    try:
        done = subprocess.run(
            command, cwd=_PROJECT, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ImportFailedError(
            f"the import did not end within {_TIMEOUT_SECONDS:.0f} s; try a smaller file"
        ) from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ['{"error": "it ended without a word"}'])[-1]
        raise ImportFailedError(json.loads(last)["error"] if last.startswith("{") else last)
