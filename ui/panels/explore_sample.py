"""The chosen sample and its nearest neighbors in the embedding space."""

from __future__ import annotations

import numpy as np
import streamlit as st

from softsil.analysis.neighbors import nearest_to
from ui import links
from ui.epoch_view import NEIGHBORS, EpochView, margins_of
from ui.panels.charts import heading
from ui.sample_table import row_of
from ui.thumbnails import Tile, grid, picture_of
from ui.verdicts import signed
from ui.words import number, plain_markdown

_READ = (
    f"The {NEIGHBORS} nearest watched samples, exact, in the embedding space and not on the map; below each its class "
    "and cosine distance. Orange: of another class than the sample."
)


def chosen_sample(view: EpochView) -> None:
    """Draw the sample that is ticked in the table, or how to choose one."""
    row = row_of(view, links.linked_sample())
    if row is None:
        st.caption("Tick a row to see the sample and its nearest neighbors in the embedding space.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        hint = f"sample {view.samples.ids[row]}"
        st.html(grid([Tile(picture_of(view.samples, row), (), hint)], size=72), width=90)
        st.markdown(plain_markdown(f"Sample {view.samples.ids[row]}:") + " " + facts(view, row))
    heading("Nearest neighbors", _READ)
    st.html(grid(neighbor_tiles(view, row), size=44))


def neighbor_tiles(view: EpochView, row: int) -> list[Tile]:
    """The nearest samples of one sample, nearest first."""
    found = nearest_to(view.rows[row], view.rows, NEIGHBORS + 1)
    others = found[found != row][:NEIGHBORS]
    distances = 1 - view.rows[others] @ view.rows[row]
    labels = view.samples.labels
    return [
        Tile(
            picture=picture_of(view.samples, int(other)),
            words=(view.class_names[labels[other]], f"{max(0.0, float(distance)):.3f}"),
            hint=f"sample {view.samples.ids[other]}, class {view.class_names[labels[other]]}",
            marked=bool(labels[other] != labels[row]),
        )
        for other, distance in zip(others, distances, strict=True)
    ]


def facts(view: EpochView, row: int) -> str:
    """What is known of one sample at this epoch, as Markdown."""
    names, label = view.class_names, int(view.samples.labels[row])
    said = [f"class **{plain_markdown(names[label])}**"]
    if view.predictions is not None:
        index = int(view.predictions[row])
        predicted = names[index] if 0 <= index < len(names) else "another class"
        said.append(f"predicted **{plain_markdown(predicted)}**" + ("" if index == label else " (wrong)"))
    silhouette = float(view.silhouettes[row])
    said.append(f"silhouette **{number(silhouette if np.isfinite(silhouette) else None)}**")
    margins = margins_of(view)
    if margins is not None and np.isfinite(margins.margin[row]):
        other = plain_markdown(names[int(margins.nearest[row])])
        said.append(f"margin **{signed(float(margins.margin[row]), 3)}** to the nearest other class, **{other}**")
    return ", ".join(said)
