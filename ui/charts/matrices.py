"""A value for every pair of classes, as a heat map: confusion, distances, and differences of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.theme import empty_figure
from ui.words import plain_html

# Numbers stand in the cells up to this many classes, names beside them up to the second limit.
NUMBERS_LIMIT = 12
NAMES_LIMIT = 30
_LABEL_LENGTH = 12

# From nothing to color, so that an empty cell is the page itself, light or dark.
_SHADES = [[0.0, "rgba(68,119,170,0)"], [1.0, "rgba(68,119,170,0.75)"]]
_CHANGES = [[0.0, "rgba(238,119,51,0.85)"], [0.5, "rgba(128,128,128,0)"], [1.0, "rgba(0,119,187,0.85)"]]


def matrix_figure(
    values: NDArray[np.floating],
    class_names: Sequence[str],
    *,
    rows: str,
    columns: str,
    shown_as: str = ".2f",
    change: bool = False,
    limits: tuple[float, float] | None = None,
    height: int = 300,
) -> go.Figure:
    """One cell a pair of classes, the first class on top.

    Args:
        values: ``[C, C]``; NaN leaves a cell empty.
        class_names: name of every class.
        rows: what a row is, e.g. ``"true class"``.
        columns: what a column is.
        shown_as: number format of the cells, of d3.
        change: the values are differences: two colors, none at 0.
        limits: values of the palest and the strongest color; default: from the values themselves.
        height: pixels.
    """
    figure = empty_figure(height, y_title=rows, x_title=columns)
    count = len(class_names)
    low, high = limits or _limits(values, change=change)
    names = [plain_html(name) for name in class_names]
    figure.add_trace(
        go.Heatmap(
            z=values.astype(np.float32),
            x=np.arange(count),
            y=np.arange(count),
            zmin=low,
            zmax=high,
            colorscale=_CHANGES if change else _SHADES,
            showscale=False,
            xgap=1,
            ygap=1,
            customdata=np.array([[f"{row} → {column}" for column in names] for row in names]),
            hovertemplate=f"%{{customdata}}: %{{z:{shown_as}}}<extra></extra>",
        )
    )
    if count <= NUMBERS_LIMIT:
        figure.add_trace(_numbers(values, shown_as))
    ticks = np.arange(count) if count <= NAMES_LIMIT else np.empty(0)
    labels = [_label(name) for name in class_names] if len(ticks) else []
    figure.update_xaxes(tickvals=ticks, ticktext=labels, showgrid=False, automargin=True)
    figure.update_yaxes(
        tickvals=ticks, ticktext=labels, autorange="reversed", showgrid=False, zeroline=False, automargin=True
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _numbers(values: NDArray[np.floating], shown_as: str) -> go.Scatter:
    # A trace of its own, because it takes the page's text color; what rounds to nothing stays empty.
    percent = "%" in shown_as
    rows, columns = np.nonzero(np.isfinite(values) & (np.abs(values) >= 0.005))
    said = [f"{100 * value:.0f}" if percent else f"{value:.2f}" for value in values[rows, columns]]
    return go.Scatter(
        x=columns,
        y=rows,
        text=[text.replace("-", "−") for text in said],
        mode="text",
        textfont={"size": 10},
        hoverinfo="skip",
        showlegend=False,
    )


def _limits(values: NDArray[np.floating], *, change: bool) -> tuple[float, float]:
    finite = np.abs(values[np.isfinite(values)])
    strongest = float(finite.max()) if len(finite) else 0.0
    strongest = strongest or 1.0
    return (-strongest, strongest) if change else (0.0, strongest)


def _label(name: str) -> str:
    return plain_html(name if len(name) <= _LABEL_LENGTH else name[: _LABEL_LENGTH - 1] + "…")
