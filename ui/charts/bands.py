"""Values over epochs of several seeds: their mean as a line, their range as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.curves import Curve
from ui.charts.theme import empty_figure, mark_epoch
from ui.words import plain_html


@dataclass(frozen=True)
class Band:
    """Mean and range over seeds.

    Attributes:
        name: what the seeds have in common.
        color: its color, ``"#rrggbb"``.
        epochs: int32 ``[e]``, ascending.
        mean: float32 ``[e]``.
        low: the lowest seed, float32 ``[e]``.
        high: the highest seed, float32 ``[e]``.
        count: how many seeds have the epoch, int64 ``[e]``.
    """

    name: str
    color: str
    epochs: NDArray[np.int32]
    mean: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    count: NDArray[np.int64]


def band_of(name: str, color: str, curves: Sequence[Curve]) -> Band | None:
    """The seeds' curves as one; every epoch that some seed has. None without any value."""
    if not curves:
        return None
    epochs = np.unique(np.concatenate([curve.epochs for curve in curves])).astype(np.int32)
    table = np.full((len(curves), len(epochs)), np.nan, dtype=np.float32)
    for row, curve in enumerate(curves):
        table[row, np.searchsorted(epochs, curve.epochs)] = curve.values
    count = np.isfinite(table).sum(axis=0)
    epochs, table, count = epochs[count > 0], table[:, count > 0], count[count > 0]
    if not len(epochs):
        return None
    return Band(
        name, color, epochs, np.nanmean(table, axis=0), np.nanmin(table, axis=0), np.nanmax(table, axis=0), count
    )


def bands_figure(
    bands: Sequence[Band], *, y_title: str, height: int = 280, percent: bool = False, epoch: int | None = None
) -> go.Figure:
    """All ``bands`` over a common axis of epochs.

    Args:
        bands: mean and range of each side.
        y_title: what the vertical axis shows.
        height: pixels.
        percent: the values are shares from 0 to 1.
        epoch: the epoch shown elsewhere on the page, marked with a thin line.
    """
    figure = empty_figure(height, y_title=y_title, x_title="epoch")
    for band in bands:
        if band.count.max() > 1:
            figure.add_trace(_area(band))
    for band in bands:
        figure.add_trace(_line(band, percent=percent))
    figure.update_layout(hovermode="x unified", showlegend=False, margin={"t": 8})
    if percent:
        figure.update_yaxes(tickformat=".0%")
    mark_epoch(figure, epoch)
    return figure


def _area(band: Band) -> go.Scatter:
    red, green, blue = (int(band.color[start : start + 2], 16) for start in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([band.epochs, band.epochs[::-1]]),
        y=np.concatenate([band.low, band.high[::-1]]),
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.2)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _line(band: Band, *, percent: bool) -> go.Scatter:
    shown = ".1%" if percent else ".4g"
    spread = f" (%{{customdata[0]:{shown}}} to %{{customdata[1]:{shown}}}, %{{customdata[2]}} seeds)"
    words = f"{spread if band.count.max() > 1 else ''} · {plain_html(band.name)}"
    return go.Scatter(
        x=band.epochs,
        y=band.mean,
        name=plain_html(band.name),
        mode="lines" if len(band.epochs) > 1 else "markers",
        line={"color": band.color, "width": 2.5},
        customdata=np.column_stack([band.low, band.high, band.count]),
        hovertemplate=f"%{{y:{shown}}}{words}<extra></extra>",
    )
