"""What can be done with the ticked runs: look at them, edit, clone, stop, resume, put away, take along, delete."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from softsil.runs.notes import edit_notes
from softsil.runs.paths import RunPaths, runs_root
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers.exports.registry import EXPORTS
from trainers.launchers import resume, stop
from ui import links
from ui.cloning import fill_train_form
from ui.launching import open_live
from ui.panels.attempt import attempt, attempt_each
from ui.panels.delete_runs import delete_runs
from ui.panels.edit_runs import edit_runs
from ui.permissions import read_only
from ui.run_table import MOST_TOGETHER, RunRow

TRAIN_PAGE = "pages/train/train.py"
COMPARE_PAGE = "pages/analyse/compare.py"
_NONE = "Tick runs on the left of the table first."


def run_actions(chosen: Sequence[RunRow], everyone: Sequence[RunRow]) -> None:
    """Draw the buttons for the ticked runs.

    Args:
        chosen: the ticked runs.
        everyone: all runs.
    """
    rows, ids = tuple(chosen), tuple(row.run_id for row in chosen)
    _open(ids)
    _compare(ids)
    if not read_only():
        _change(rows, everyone)
    _export(rows)


def _change(rows: tuple[RunRow, ...], everyone: Sequence[RunRow]) -> None:
    if st.button("Edit", key="runs_edit", disabled=not rows, help="Name, tags and note."):
        edit_runs(rows, everyone)
    _clone(rows)
    _stop_or_resume(rows)
    _archive(rows)
    if st.button("Delete", key="runs_delete", disabled=not rows):
        delete_runs(rows)


def _open(ids: tuple[str, ...]) -> None:
    too_many = len(ids) > MOST_TOGETHER
    label = f"Open {len(ids)} in Live" if len(ids) > 1 else "Open in Live"
    reason = f"At most {MOST_TOGETHER} runs fit side by side." if too_many else None if ids else _NONE
    if st.button(label, type="primary", disabled=not ids or too_many, help=reason, key="runs_open"):
        open_live(ids)


def _compare(ids: tuple[str, ...]) -> None:
    say = "Maps, classes and curves side by side." if len(ids) > 1 else "Tick two or more runs."
    if st.button("Compare", key="runs_compare", disabled=len(ids) < 2, help=say):
        st.switch_page(COMPARE_PAGE, query_params={links.RUN: list(ids)})


def _clone(rows: tuple[RunRow, ...]) -> None:
    fits = len(rows) == 1 and rows[0].ours
    help_text = "Open Train filled in with the settings of this run." if fits else "Tick one run that was trained here."
    if st.button("Clone", key="runs_clone", disabled=not fits, help=help_text) and attempt(
        lambda: fill_train_form(rows[0].run_id)
    ):
        st.switch_page(TRAIN_PAGE)


def _stop_or_resume(rows: tuple[RunRow, ...]) -> None:
    active = tuple(row.run_id for row in rows if row.ours and row.state.is_active)
    ended = tuple(row.run_id for row in rows if row.ours and not row.state.is_active and row.state is not State.DONE)
    if active:
        say = "Finish the step, write a checkpoint, end; a second time: end at once. They can be resumed."
        st.button("Stop", key="runs_stop", help=say, on_click=attempt_each, args=(stop, active))
    if ended:
        say = "Go on from the last checkpoint."
        st.button("Resume", key="runs_resume", help=say, on_click=attempt_each, args=(resume, ended))


def _archive(rows: tuple[RunRow, ...]) -> None:
    back = bool(rows) and all(row.notes.archived for row in rows)
    ids = tuple(row.run_id for row in rows)
    st.button(
        "Unarchive" if back else "Archive",
        key="runs_archive",
        disabled=not rows,
        help="Show them in the list again." if back else "Leave them out of the list; nothing else changes.",
        on_click=attempt_each,
        args=(_put_back if back else _put_away, ids),
    )


def _put_away(run_id: str) -> None:
    edit_notes(RunPaths(runs_root(), run_id), archived=True)


def _put_back(run_id: str) -> None:
    edit_notes(RunPaths(runs_root(), run_id), archived=False)


def _export(rows: tuple[RunRow, ...]) -> None:
    ids = [row.run_id for row in rows]
    st.download_button(
        "Export",
        lambda: _as_zip(ids),
        file_name=f"{ids[0] if len(ids) == 1 else f'softsil-{len(ids)}-runs'}.zip",
        mime="application/zip",
        key="runs_export",
        disabled=not rows,
        help="A zip file of curves (CSV), embeddings and settings; without the trained networks.",
        on_click="ignore",
    )


def _as_zip(ids: Sequence[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "runs.zip")
        EXPORTS.get("zip").write([RunReader(run_id) for run_id in ids], target)
        return target.read_bytes()
