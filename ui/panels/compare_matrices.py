"""Class by class: what is taken for what, and how far apart the classes lie; both sides and their difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.charts.matrices import matrix_figure
from ui.comparison import Side
from ui.epoch_view import EpochView, confusion_of, distances_of
from ui.panels.charts import heading
from ui.panels.compare_classes import no_common_classes
from ui.plotly_live import plotly_live
from ui.words import plain_markdown

HEIGHT = 330
Matrix = NDArray[np.float32]

_READ_CONFUSION = (
    "A row is the true class, a column what the network said; numbers are percent of the row. On the diagonal it was "
    "right. In the difference, blue is more, orange is less: good is blue on the diagonal and orange beside it."
)
_READ_DISTANCES = (
    "Mean cosine distance between the samples of two classes, in the embedding space: 0 the same direction, 1 at right "
    "angles. The diagonal is the width of a class itself. In the difference, blue is farther apart, orange is closer: "
    "good is orange on the diagonal and blue beside it."
)


def confusions(first: Side, second: Side, epoch: int | None) -> None:
    """Draw both confusion matrices and their difference."""
    heading("What is taken for what", _READ_CONFUSION)
    _three(first, second, epoch, confusion_of, "mixups", ".0%", "true class", "said to be")


def distances(first: Side, second: Side, epoch: int | None) -> None:
    """Draw both matrices of mean distances and their difference."""
    heading("How far apart the classes lie", _READ_DISTANCES)
    _three(first, second, epoch, distances_of, "distances", ".2f", "class", "class")


def mean_matrix(views: Sequence[EpochView], of: Callable[[EpochView], Matrix | None]) -> Matrix | None:
    """Mean of one matrix over the seeds; None where no run has it."""
    found = [matrix for view in views if (matrix := of(view)) is not None]
    return np.mean(found, axis=0, dtype=np.float32) if found else None


def _three(
    first: Side,
    second: Side,
    epoch: int | None,
    of: Callable[[EpochView], Matrix | None],
    key: str,
    shown_as: str,
    rows: str,
    columns: str,
) -> None:
    names = first.class_names
    if not names or names != second.class_names:
        st.caption(no_common_classes(first, second))
        return
    one, two = (mean_matrix(side.views(epoch), of) for side in (first, second))
    if one is None or two is None or one.shape != two.shape:
        st.caption("Appears when both have recorded it; a training loop of your own must log its predictions.")
        return
    limits = (0.0, float(np.nanmax([one, two]))) if np.isfinite([one, two]).any() else (0.0, 1.0)
    cells = st.columns(3, gap="small")
    pictures = [(first.label, one, False), (second.label, two, False), ("difference", two - one, True)]
    for cell, (title, values, change) in zip(cells, pictures, strict=True):
        words = f"{second.label} − {first.label}" if change else title
        with cell:
            st.caption(plain_markdown(words))
            figure = matrix_figure(
                values,
                names,
                rows=rows,
                columns=columns,
                shown_as=shown_as,
                change=change,
                limits=None if change else limits,
                height=HEIGHT,
            )
            label = f"{key}: {words}"
            plotly_live(figure, key=f"compare_{key}_{cells.index(cell)}", label=label)
