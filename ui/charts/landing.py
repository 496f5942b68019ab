"""A finished map with one point more: where a picture of one's own lands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.theme import empty_figure
from ui.words import plain_html

# Petroff's ten, as on the live map.
CLASS_COLORS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
_GRAY = "#9a9a9a"


def landing_figure(
    places: NDArray[np.float32],
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    neighbors: NDArray[np.int64],
    landed: Sequence[float],
    *,
    height: int = 380,
) -> go.Figure:
    """The watched samples, the neighbors ringed, and a star where the picture lands.

    Args:
        places: float32 ``[n, 2]``.
        labels: class of each sample, ``[n]``.
        class_names: name of every class; beyond ten classes only those of the neighbors are colored.
        neighbors: positions of the nearest samples.
        landed: the two coordinates of the picture.
        height: pixels.
    """
    figure = empty_figure(height, y_title="")
    colored = [int(label) for label in dict.fromkeys(labels[neighbors])] if len(class_names) > 10 else range(10)
    rest = ~np.isin(labels, list(colored))
    if rest.any():
        figure.add_trace(_points(places[rest], "other classes", _GRAY))
    for color, label in zip(CLASS_COLORS, list(colored)[:10], strict=False):
        if (labels == label).any():
            figure.add_trace(_points(places[labels == label], class_names[label], color))
    figure.add_trace(_rings(places[neighbors], [class_names[label] for label in labels[neighbors]]))
    figure.add_trace(_star(landed))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4}, hovermode="closest", showlegend=False)
    return figure


def _points(places: NDArray[np.float32], name: str, color: str) -> go.Scattergl:
    return go.Scattergl(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        name=plain_html(name),
        marker={"color": color, "size": 5, "opacity": 0.7},
        hovertemplate=f"{plain_html(name)}<extra></extra>",
    )


def _rings(places: NDArray[np.float32], names: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        marker={"color": "rgba(0,0,0,0)", "size": 11, "line": {"color": "#808080", "width": 1.5}},
        hovertext=[f"neighbor: {plain_html(name)}" for name in names],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _star(landed: Sequence[float]) -> go.Scatter:
    return go.Scatter(
        x=[landed[0]],
        y=[landed[1]],
        mode="markers",
        marker={"symbol": "star", "size": 19, "color": "#ff2d95", "line": {"color": "white", "width": 1.5}},
        hovertemplate="your picture<extra></extra>",
    )
