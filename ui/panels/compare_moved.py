"""What moved: the samples whose silhouette or neighbors changed most between two sides, as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from ui.comparison import Side
from ui.epoch_view import NEIGHBORS
from ui.movement import Movement, movement
from ui.panels.charts import heading
from ui.panels.compare_classes import no_common_classes
from ui.thumbnails import Tile, grid, picture_of
from ui.verdicts import signed
from ui.words import number, percent, plain_markdown

SHOWN = 16
MOST_ROWS = 10

_READ_CLASSES = (
    f"Change: mean silhouette of the class, second minus first. New neighbors: how many of the {NEIGHBORS} nearest "
    "samples of an image are other ones than before, in the embedding space."
)
_READ_SAMPLES = "Below each picture: its class, and its silhouette before → after. Orange: below 0 on the second side."


def what_moved(first: Side, second: Side, epoch: int | None, selection: Sequence[str]) -> None:
    """Draw classes and samples; with a selection on the maps only the selected samples."""
    if first.class_names != second.class_names or not first.class_names:
        st.caption(no_common_classes(first, second))
        return
    with st.spinner("Looking for what moved", show_time=False):
        found = movement(first, second, epoch)
    if found is None:
        st.caption("These runs watch no sample in common, or have no embeddings yet: nothing to pair.")
        return
    if selection:
        found = found.only(selection)
        st.caption(f"Only the {len(found.rows)} samples that are selected on the maps; Esc on a map clears that.")
    st.markdown(plain_markdown(neighbors_sentence(found, first, second)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _classes(found, first, second)
    with right:
        _samples(found)


def neighbors_sentence(found: Movement, first: Side, second: Side) -> str:
    """How much of the neighborhoods is new, beside what a mere change of seed does."""
    if not len(found.rows):
        return "None of the selected samples is watched by both."
    said = (
        f"From {first.label} to {second.label}, {percent(float(found.new_neighbors.mean()))} of the "
        f"{NEIGHBORS} nearest neighbors of a sample are new"
    )
    if found.seed_noise is None:
        return said + ". How many another seed alone would change is unknown: train more seeds."
    return said + f"; another seed of the same loss changes {percent(found.seed_noise)}."


def _classes(found: Movement, first: Side, second: Side) -> None:
    heading("Classes", _READ_CLASSES)
    change, moved = found.by_class(found.change), found.by_class(found.new_neighbors)
    table = pd.DataFrame(
        {
            "class": found.view.class_names,
            first.label: found.by_class(found.before),
            second.label: found.by_class(found.after),
            "change": change,
            "new neighbors": moved,
        }
    )
    table = table[np.isfinite(change)].sort_values("change", ascending=False)
    decimals = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        table,
        key="compare_moved_classes",
        hide_index=True,
        height="content" if len(table) <= MOST_ROWS else 35 * (MOST_ROWS + 1) + 3,
        column_config={
            **dict.fromkeys((first.label, second.label), decimals),
            "change": st.column_config.NumberColumn(format="%+.3f"),
            "new neighbors": st.column_config.NumberColumn(format="percent"),
        },
    )


def _samples(found: Movement) -> None:
    heading("Samples", _READ_SAMPLES)
    orders = {
        "Lost most": found.change,
        "Gained most": -found.change,
        "Most new neighbors": -found.new_neighbors,
    }
    chosen = st.radio(
        "Which samples",
        list(orders),
        key="order",
        horizontal=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    order = orders[str(chosen)]
    rows = np.argsort(order, kind="stable")
    rows = rows[np.isfinite(order[rows])][:SHOWN]
    if chosen != "Most new neighbors":
        rows = rows[order[rows] < 0]
    if not len(rows):
        st.caption("No sample did.")
        return
    st.html(grid(_tiles(found, rows)))


def _tiles(found: Movement, rows: NDArray[np.intp]) -> list[Tile]:
    samples = found.view.samples
    return [
        Tile(
            picture=picture_of(samples, int(found.rows[row])),
            words=(
                samples.class_names[found.labels[row]],
                f"{_short(found.before[row])} → {_short(found.after[row])}",
                f"{found.new_neighbors[row]:.0%} new",
            ),
            hint=f"sample {samples.ids[found.rows[row]]}: silhouette {number(float(found.before[row]))} → "
            f"{number(float(found.after[row]))}",
            marked=bool(found.after[row] < 0),
        )
        for row in rows
    ]


def _short(value: np.floating) -> str:
    return signed(float(value), 2).removeprefix("+")
