"""Silhouettes of the classes on several sides, the largest gain on top: one dot a side, small ones for single seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.theme import MARK_COLOR, empty_figure
from ui.words import plain_html

ROWS_LIMIT = 20
_LABEL_LENGTH = 16


@dataclass(frozen=True)
class ClassValues:
    """One value a class and seed.

    Attributes:
        name: the side.
        color: its color.
        values: float ``[seeds, C]``; NaN where there is none.
    """

    name: str
    color: str
    values: NDArray[np.float32]

    @property
    def mean(self) -> NDArray[np.float32]:
        """Mean over the seeds, float32 ``[C]``; NaN where no seed has a value."""
        known = np.isfinite(self.values)
        sums = np.where(known, self.values, 0.0).sum(axis=0)
        means = np.divide(sums, known.sum(axis=0), out=np.full(sums.shape, np.nan), where=known.any(axis=0))
        narrow: NDArray[np.float32] = means.astype(np.float32)
        return narrow


def largest_changes(change: NDArray[np.floating], limit: int = ROWS_LIMIT) -> list[int]:
    """The ``limit`` classes that changed most, the largest gain first; classes without a change are left out."""
    known = np.flatnonzero(np.isfinite(change))
    most = known[np.argsort(-np.abs(change[known]), kind="stable")[:limit]]
    return [int(index) for index in most[np.argsort(-change[most], kind="stable")]]


def class_changes_figure(
    sides: Sequence[ClassValues], class_names: Sequence[str], pair: tuple[int, int], *, height: int = 360
) -> go.Figure:
    """One row a class: a large dot for the mean of each side, small ones for its seeds.

    Args:
        sides: what is compared; the same classes everywhere.
        class_names: name of every class.
        pair: positions of the two sides whose difference orders the rows; a line joins their dots.
        height: pixels.
    """
    first, second = (sides[index].mean for index in pair)
    shown = largest_changes(second - first)
    figure = empty_figure(height, y_title="", x_title="silhouette")
    # Seen from below: the first row of the list is drawn on top.
    places = np.arange(len(shown))[::-1]
    figure.add_trace(_joins(first[shown], second[shown], places))
    for side in sides:
        figure.add_trace(_seeds(side, shown, places))
    for side in sides:
        figure.add_trace(_means(side, shown, places, [class_names[index] for index in shown]))
    labels = [_label(class_names[index]) for index in shown]
    figure.update_yaxes(
        tickvals=places, ticktext=labels, automargin=True, zeroline=False, range=[-0.6, len(shown) - 0.4]
    )
    figure.update_xaxes(range=_range(sides, shown), showgrid=True, zeroline=True)
    figure.update_layout(showlegend=False, margin={"l": 8, "t": 4, "b": 44}, hovermode="closest")
    return figure


def _joins(first: NDArray[np.float32], second: NDArray[np.float32], places: NDArray[np.int64]) -> go.Scatter:
    nothing = np.full(len(places), np.nan)
    return go.Scatter(
        x=np.column_stack([first, second, nothing]).ravel(),
        y=np.column_stack([places, places, nothing]).ravel(),
        mode="lines",
        line={"color": MARK_COLOR, "width": 2},
        hoverinfo="skip",
    )


def _seeds(side: ClassValues, shown: list[int], places: NDArray[np.int64]) -> go.Scatter:
    several = side.values if len(side.values) > 1 else side.values[:0]
    return go.Scatter(
        x=several[:, shown].ravel(),
        y=np.tile(places, len(several)),
        mode="markers",
        marker={"color": side.color, "size": 5, "opacity": 0.45},
        hoverinfo="skip",
    )


def _means(side: ClassValues, shown: list[int], places: NDArray[np.int64], names: list[str]) -> go.Scatter:
    values = side.values[:, shown]
    known = np.isfinite(values)
    low = np.where(known, values, np.inf).min(axis=0)
    high = np.where(known, values, -np.inf).max(axis=0)
    seeds = f"mean of {len(values)} seeds, from %{{customdata[0]:.3f}} to %{{customdata[1]:.3f}}"
    return go.Scatter(
        x=side.mean[shown],
        y=places,
        mode="markers",
        name=plain_html(side.name),
        marker={"color": side.color, "size": 11},
        hovertext=[plain_html(name) for name in names],
        customdata=np.column_stack([low, high]),
        hovertemplate=f"%{{hovertext}}: %{{x:.3f}} · {plain_html(side.name)}"
        + (f"<br>{seeds}" if len(values) > 1 else "")
        + "<extra></extra>",
    )


def _range(sides: Sequence[ClassValues], shown: list[int]) -> list[float]:
    values = np.concatenate([side.values[:, shown].ravel() for side in sides])
    finite = values[np.isfinite(values)]
    lowest = float(finite.min()) if len(finite) else 0.0
    return [min(0.0, lowest) - 0.04, 1.02]


def _label(name: str) -> str:
    return plain_html(name if len(name) <= _LABEL_LENGTH else name[: _LABEL_LENGTH - 1] + "…")
