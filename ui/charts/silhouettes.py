"""The silhouette of every class: bars at one epoch, lines over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.charts.theme import empty_figure, mark_epoch
from ui.words import plain_html

BARS_LIMIT = 20
LINES_LIMIT = 10
_LABEL_LENGTH = 14
_CHARACTERS = 60  # of all labels together that fit side by side below a chart beside the map


@dataclass(frozen=True)
class ClassSilhouettes:
    """The silhouettes of one run.

    Attributes:
        name: the run.
        color: the run's color.
        epochs: int ``[e]``, ascending.
        values: float ``[e, c]``, one column a class; NaN where a class is absent.
        mean: float ``[e]``, mean over the watched samples.
    """

    name: str
    color: str
    epochs: NDArray[np.int32]
    values: NDArray[np.float32]
    mean: NDArray[np.float32]

    def at(self, epoch: int | None) -> NDArray[np.float32]:
        """The row of ``epoch``, or of the last epoch before it; the newest for None; NaN where there is none."""
        row = len(self.epochs) if epoch is None else int(np.searchsorted(self.epochs, epoch, side="right"))
        if row == 0:
            return np.full(self.values.shape[1], np.nan, dtype=np.float32)
        values: NDArray[np.float32] = self.values[row - 1]
        return values


def lowest_classes(runs: Sequence[ClassSilhouettes], epoch: int | None, limit: int) -> list[int]:
    """Class indices by their mean silhouette over the runs at ``epoch``, lowest first, at most ``limit``."""
    if not runs:
        return []
    rows = np.stack([run.at(epoch) for run in runs])
    known = np.isfinite(rows)
    sums = np.where(known, rows, 0.0).sum(axis=0)
    means = np.divide(sums, known.sum(axis=0), out=np.full(len(sums), np.inf), where=known.any(axis=0))
    order = np.argsort(means, kind="stable")
    return [int(index) for index in order[:limit] if np.isfinite(means[index])]


def class_bars_figure(
    runs: Sequence[ClassSilhouettes], class_names: Sequence[str], *, epoch: int | None = None, height: int = 220
) -> go.Figure:
    """One group of bars a class, one bar a run, lowest class first.

    Args:
        runs: runs with the same classes.
        class_names: name of every class.
        epoch: the epoch to show; None for each run's newest.
        height: pixels.
    """
    figure = empty_figure(height, y_title="silhouette")
    shown = lowest_classes(runs, epoch, BARS_LIMIT)
    labels = [_label(class_names[index]) for index in shown]
    for run in runs:
        figure.add_trace(_bars(run, run.at(epoch)[shown], [class_names[index] for index in shown]))
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05, showlegend=len(runs) > 1)
    # Positions, not names, on the axis: two classes may share a shortened name.
    figure.update_xaxes(tickvals=list(range(len(shown))), ticktext=labels, automargin=True, **_leaning(labels))
    figure.update_yaxes(range=_range([run.at(epoch) for run in runs]))
    return figure


def class_lines_figure(
    runs: Sequence[ClassSilhouettes],
    class_names: Sequence[str],
    *,
    epoch: int | None = None,
    height: int = 220,
    last_epoch: int | None = None,
) -> go.Figure:
    """The mean silhouette of each run as a thick line, its lowest classes as thin ones.

    Args:
        runs: runs with the same classes.
        class_names: name of every class.
        epoch: the epoch shown elsewhere on the page, marked with a thin line.
        height: pixels.
        last_epoch: epochs planned; fixes the axis.
    """
    figure = empty_figure(height, y_title="silhouette", x_title="epoch")
    shown = lowest_classes(runs, epoch, LINES_LIMIT)
    for run in runs:
        for index in shown:
            figure.add_trace(_class_line(run, index, class_names[index]))
    for run in runs:
        figure.add_trace(_mean_line(run))
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(range=_range([run.values[:, shown] for run in runs]))
    if last_epoch:
        figure.update_xaxes(range=[-0.02 * last_epoch, 1.02 * last_epoch])
    mark_epoch(figure, epoch)
    return figure


def _bars(run: ClassSilhouettes, values: NDArray[np.float32], names: Sequence[str]) -> go.Bar:
    return go.Bar(
        x=np.arange(len(values)),
        y=values,
        name=plain_html(run.name),
        marker={"color": run.color},
        hovertext=[plain_html(name) for name in names],
        hovertemplate=f"%{{hovertext}}: %{{y:.3f}} · {plain_html(run.name)}<extra></extra>",
    )


def _class_line(run: ClassSilhouettes, index: int, class_name: str) -> go.Scatter:
    return go.Scatter(
        x=run.epochs,
        y=run.values[:, index],
        name=plain_html(class_name),
        legendgroup=plain_html(run.name),
        showlegend=False,
        mode="lines",
        opacity=0.35,
        line={"color": run.color, "width": 1},
        hovertemplate=f"{plain_html(class_name)}: %{{y:.3f}} at epoch %{{x}} · {plain_html(run.name)}<extra></extra>",
    )


def _mean_line(run: ClassSilhouettes) -> go.Scatter:
    return go.Scatter(
        x=run.epochs,
        y=run.mean,
        name=plain_html(run.name),
        legendgroup=plain_html(run.name),
        mode="lines" if len(run.epochs) > 1 else "markers",
        line={"color": run.color, "width": 3},
        hovertemplate=f"mean of all: %{{y:.3f}} at epoch %{{x}} · {plain_html(run.name)}<extra></extra>",
    )


def _label(name: str) -> str:
    short = name if len(name) <= _LABEL_LENGTH else name[: _LABEL_LENGTH - 1] + "…"
    return plain_html(short)


def _leaning(labels: Sequence[str]) -> dict[str, Any]:
    """Labels that do not fit side by side lean to the left, where the axis leaves room for the longest."""
    fits = len(labels) * (1 + max(map(len, labels), default=0)) <= _CHARACTERS
    return {"tickangle": 0 if fits else -40, "tickfont": {"size": 12 if fits else 11}, "ticklabeloverflow": "allow"}


def _range(values: Sequence[NDArray[np.float32]]) -> list[float]:
    # 1 is always in sight, so that bars of different epochs can be compared by eye.
    finite = np.concatenate([np.ravel(array) for array in values]) if values else np.empty(0)
    finite = finite[np.isfinite(finite)]
    lowest = float(finite.min()) if len(finite) else 0.0
    return [min(0.0, lowest) - 0.05, 1.0]
