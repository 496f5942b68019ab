"""Taking the maps along: built when asked for, then offered as a download."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root
from softsil.runs.reader import RunReader
from ui import state
from ui.map import MapChoice
from ui.replay import FORMATS, Export, Format
from ui.replay.look import COLORINGS, Look
from ui.run_view import RunView
from ui.words import plain_markdown

LONGEST_NAME = 80


@dataclass(frozen=True)
class Offer:
    """A file that was built.

    Attributes:
        kind: its format.
        run_ids: the runs it shows.
        look: how it shows them.
        file_name: what it is called when saved.
        export: the file.
    """

    kind: Format
    run_ids: tuple[str, ...]
    look: Look
    file_name: str
    export: Export


def exports_panel(runs: Sequence[RunView], choice: MapChoice) -> None:
    """Draw the buttons that export the maps of ``runs`` as they were chosen to be shown."""
    color = next((one for one in COLORINGS if one == choice.color), COLORINGS[0])
    with st.expander("Export"):
        _buttons(tuple(runs), Look(choice.epoch, choice.projection, color))


@st.fragment
def _buttons(runs: tuple[RunView, ...], look: Look) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        clicked = [
            kind
            for kind in FORMATS.values()
            if kind.on_page and st.button(kind.title, key=f"export{kind.suffix}", help=kind.summary)
        ]
    for kind in clicked:
        st.session_state[state.EXPORT] = _built(kind, runs, look)
    offer: Offer | None = st.session_state[state.EXPORT]
    if offer is not None and _still_wanted(offer, runs, look):
        _offer(offer)


def _still_wanted(offer: Offer, runs: Sequence[RunView], look: Look) -> bool:
    return offer.run_ids == tuple(run.run_id for run in runs) and offer.look == _shown(offer.kind, look)


def _shown(kind: Format, look: Look) -> Look:
    return look if kind.of_one_epoch else replace(look, epoch=None)


def _built(kind: Format, runs: Sequence[RunView], look: Look) -> Offer | None:
    run_ids = tuple(run.run_id for run in runs)
    shown = _shown(kind, look)
    try:
        with st.spinner("Building the file"):
            export = _export(kind.suffix, run_ids, runs_root(), shown, _frames(run_ids))
    except (SoftsilError, OSError) as error:
        st.warning(plain_markdown(str(error)))
        return None
    return Offer(kind, run_ids, shown, _file_name(kind, runs, shown.epoch), export)


def _frames(run_ids: Sequence[str]) -> tuple[int, ...]:
    """How many frames the maps of each run have: with more of them, an export is a new one."""
    readers = [RunReader(run_id) for run_id in run_ids]
    return tuple(sum(len(reader.frame_epochs(key)) for key in reader.projections()) for reader in readers)


@lru_cache(maxsize=3)
def _export(suffix: str, run_ids: tuple[str, ...], root: Path, look: Look, frames: tuple[int, ...]) -> Export:
    del frames  # only part of the key
    return FORMATS[suffix].make(run_ids, root, look)


def _file_name(kind: Format, runs: Sequence[RunView], epoch: int | None) -> str:
    when = "" if epoch is None else f"-epoch-{epoch}"
    names = re.sub(r"[^\w+.-]+", "-", "-and-".join(run.label for run in runs))
    return f"softsil-{names[:LONGEST_NAME]}{when}{kind.suffix}"


def _offer(offer: Offer) -> None:
    size = len(offer.export.body)
    st.download_button(
        f"Download {offer.kind.suffix[1:].upper()} ({max(0.1, size / 1e6):.1f} MB)",
        offer.export.body,
        file_name=offer.file_name,
        mime=offer.kind.media_type,
        key="export_download",
        type="primary",
        on_click="ignore",
    )
    for note in offer.export.notes:
        st.caption(plain_markdown(note))
