"""The maps of what is compared, side by side, and what is selected on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ui import links
from ui.alignment import NOT_ALIGNED, are_aligned
from ui.comparison import Side, maps_together
from ui.epoch_view import EpochView, epoch_view
from ui.map import MapChoice, MapRun, live_map
from ui.words import number, plain_markdown


def maps(sides: Sequence[Side], *, height: int) -> MapChoice:
    """Draw one map a side; return what was chosen on them. Epoch and coloring go into the address."""
    runs = maps_together(sides)
    shown = [MapRun(run.run_id, _title(side, run.run_id), side.color) for side, run in zip(sides, runs, strict=True)]
    choice = live_map(shown, key="compare_map", height=height, epoch=links.linked_epoch(), color=links.linked_color())
    links.link_epoch(choice.epoch)
    links.link_color(choice.color)
    if not are_aligned([run.run_id for run in runs]):
        st.caption(NOT_ALIGNED)
    if choice.selection:
        views = [epoch_view(run.run_id, choice.epoch) for run in runs]
        st.caption(plain_markdown(selection_sentence([side.label for side in sides], views, choice.selection)))
    return choice


def selection_sentence(labels: Sequence[str], views: Sequence[EpochView | None], selection: Sequence[str]) -> str:
    """Mean silhouette and mistakes of the selected samples in each run."""
    said = []
    for label, view in zip(labels, views, strict=True):
        if view is None:
            continue
        rows = np.flatnonzero(np.isin(view.samples.ids.astype(str), np.asarray(selection, dtype=str)))
        known = view.silhouettes[rows][np.isfinite(view.silhouettes[rows])]
        mean = number(float(known.mean())) if len(known) else "–"
        wrong = f", {int(view.wrong[rows].sum())} wrong" if view.predictions is not None else ""
        said.append(f"{label}: mean silhouette {mean}{wrong}")
    return f"{len(selection)} selected. " + "; ".join(said) + "."


def _title(side: Side, run_id: str) -> str:
    place = next(index for index, run in enumerate(side.runs) if run.run_id == run_id)
    return f"{side.label} · seed {side.seeds[place]}" if len(side.runs) > 1 else side.label
