"""What all figures share: the colors of runs, margins, and a background that lets the page's theme through."""

from __future__ import annotations

import plotly.graph_objects as go

# Paul Tol's "bright" scheme, safe for color-blind eyes on white and on dark; ordered so that neighbors differ most.
# Classes in the map have other colors (Petroff's ten), so a run is never taken for a class.
RUN_COLORS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#aa3377", "#66ccee", "#8c8c8c")

MARK_COLOR = "#8c8c8c"
_FEW_EPOCHS = 6


def run_color(index: int) -> str:
    """Color of the run at ``index`` among the chosen ones; the same in every chart."""
    return RUN_COLORS[index % len(RUN_COLORS)]


def empty_figure(height: int, *, y_title: str, x_title: str | None = None) -> go.Figure:
    """A figure with the common look and no data.

    Args:
        height: pixels.
        y_title: what the vertical axis shows.
        x_title: what the horizontal axis shows; None where its labels say it.
    """
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 52, "r": 8, "t": 26, "b": 40 if x_title else 24},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 12},
        uirevision="keep",  # zoom and hidden curves survive new data
        legend={"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"},
        xaxis={"title": {"text": x_title, "standoff": 6}, "showgrid": False, "zeroline": False},
        yaxis={"title": {"text": y_title, "standoff": 4}, "zeroline": True, "automargin": False},
    )
    return figure


def mark_epoch(figure: go.Figure, epoch: int | None) -> None:
    """Draw a thin vertical line at the epoch that the rest of the page shows; nothing for the newest (None).

    Of few epochs the axis names each: there is no epoch 1.5.
    """
    ends = [trace.x[-1] for trace in figure.data if trace.x is not None and len(trace.x)]
    if max([*ends, *(figure.layout.xaxis.range or ())], default=0) <= _FEW_EPOCHS:
        figure.update_xaxes(dtick=1)
    if epoch is not None:
        figure.add_vline(x=epoch, line={"color": MARK_COLOR, "width": 1, "dash": "dot"})
