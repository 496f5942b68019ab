"""Values over epochs, several runs in one picture: accuracy, loss, mean silhouette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.theme import empty_figure, mark_epoch
from ui.words import plain_html


@dataclass(frozen=True)
class Curve:
    """One line.

    Attributes:
        name: the run.
        color: the run's color.
        epochs: int ``[n]``, ascending.
        values: float ``[n]``; NaN leaves a gap.
        detail: what is measured, for the hover text, e.g. ``"validation"``.
        dotted: the second line of a pair (training, where validation is solid).
    """

    name: str
    color: str
    epochs: NDArray[np.int32]
    values: NDArray[np.float32]
    detail: str = ""
    dotted: bool = False


def curves_figure(
    curves: Sequence[Curve],
    *,
    y_title: str,
    height: int = 200,
    percent: bool = False,
    epoch: int | None = None,
    last_epoch: int | None = None,
) -> go.Figure:
    """All ``curves`` over a common axis of epochs.

    Args:
        curves: the lines; those of one run share its legend entry, so a click hides both.
        y_title: what the vertical axis shows.
        height: pixels.
        percent: the values are shares from 0 to 1.
        epoch: the epoch shown elsewhere on the page, marked with a thin line.
        last_epoch: epochs planned: fixes the axis, so that it does not breathe while the runs train.
    """
    figure = empty_figure(height, y_title=y_title, x_title="epoch")
    named: set[str] = set()
    for curve in curves:
        figure.add_trace(_line(curve, percent=percent, in_legend=curve.name not in named))
        named.add(curve.name)
    figure.update_layout(hovermode="x unified")
    if percent:
        figure.update_yaxes(tickformat=".0%")
    if last_epoch:
        figure.update_xaxes(range=[-0.02 * last_epoch, 1.02 * last_epoch])
    mark_epoch(figure, epoch)
    return figure


def _line(curve: Curve, *, percent: bool, in_legend: bool) -> go.Scatter:
    name = plain_html(curve.name)
    shown = "%{y:.1%}" if percent else "%{y:.4g}"
    return go.Scatter(
        x=curve.epochs,
        y=curve.values,
        name=name,
        legendgroup=name,
        showlegend=in_legend,
        mode="lines" if len(curve.epochs) > 1 else "markers",
        line={"color": curve.color, "width": 1.5 if curve.dotted else 2.5, "dash": "dot" if curve.dotted else "solid"},
        hovertemplate=f"{shown} {plain_html(curve.detail)} · {name}<extra></extra>",
    )
