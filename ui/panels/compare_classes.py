"""Which classes gain and which lose: the silhouette of every class on all sides, the largest gain on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ui.charts.class_changes import ROWS_LIMIT, ClassValues, class_changes_figure
from ui.comparison import Side
from ui.panels.charts import heading
from ui.plotly_live import plotly_live
from ui.words import plain_markdown

_READ = (
    "Large dot: mean over the seeds; small dots: single seeds. Farther right is better separated. The class that "
    "gained most stands on top, the one that lost most at the bottom; where the small dots of two colors mix, the "
    "difference may be chance."
)


def class_changes(sides: Sequence[Side], pair: tuple[int, int], epoch: int | None, *, height: int) -> None:
    """Draw the chart at ``epoch``, None for the newest."""
    first, second = sides[pair[0]], sides[pair[1]]
    heading(plain_markdown(f"Silhouette by class: {second.label} against {first.label}"), _READ)
    names = first.class_names
    if not names or second.class_names != names:
        st.caption(no_common_classes(first, second))
        return
    same = [side for side in sides if side.class_names == names]
    values = [ClassValues(side.label, side.color, side.class_silhouettes(epoch)) for side in same]
    if not np.isfinite(values[same.index(second)].mean - values[same.index(first)].mean).any():
        st.caption("Appears with the first embeddings of both.")
        return
    figure = class_changes_figure(values, names, (same.index(first), same.index(second)), height=height)
    plotly_live(figure, key="compare_classes", label="Silhouette of each class on every side, largest gain first")
    if len(names) > ROWS_LIMIT:
        st.caption(f"The {ROWS_LIMIT} of {len(names)} classes that changed most.")


def no_common_classes(first: Side, second: Side) -> str:
    """Why classes cannot be compared, as Markdown."""
    unknown = [side.label for side in (first, second) if not side.class_names]
    if unknown:
        return plain_markdown(f"Appears when {' and '.join(unknown)} has its watched samples.")
    return plain_markdown(
        f"{first.label} and {second.label} have different classes, so classes and samples cannot be compared; "
        "curves and settings can."
    )
