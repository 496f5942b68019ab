"""A figure for a paper on one page: maps, silhouette of every class, curves, and what was trained."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ui.replay.coloring import legend, point_colors
from ui.replay.export import Export
from ui.replay.look import Coloring, Look
from ui.replay.reel import Reel, Track, read_reel
from ui.run_view import RunView, view_runs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN_INCHES = 3.4  # of a two-column page
DOTS_PER_INCH = 200
MOST_CLASSES = 25
CURVES = (("accuracy", "validation accuracy"), ("loss", "validation loss"))
# Text stays text in a vector file, and fonts are those every installation has.
STYLE: Any = {"font.size": 8, "axes.spines.top": False, "axes.spines.right": False, "pdf.fonttype": 42}


def figure_sheet(run_ids: Sequence[str], root: Path | None, look: Look, suffix: str) -> Export:
    """Maps, class silhouettes and curves of one to six runs at an epoch.

    Args:
        run_ids: the runs, in order.
        root: the runs folder.
        look: epoch of maps and bars, projection and coloring of the maps.
        suffix: ``".pdf"`` or ``".png"``.

    Raises:
        ReplayError, RunNotFoundError: as :func:`ui.replay.reel.read_reel`.
    """
    import matplotlib

    reel, runs = read_reel(run_ids, root, look.projection), view_runs(run_ids, root)
    with matplotlib.rc_context(STYLE):
        figure = _draw(reel, runs, reel.epochs[-1] if look.epoch is None else look.epoch, look.color)
        buffer = io.BytesIO()
        figure.savefig(buffer, format=suffix[1:], dpi=DOTS_PER_INCH)
    return Export(buffer.getvalue(), reel.notes)


def _draw(reel: Reel, runs: Sequence[RunView], epoch: int, color: Coloring = "class") -> Figure:
    from matplotlib.figure import Figure

    columns = max(2, len(runs))
    figure = Figure(figsize=(columns * COLUMN_INCHES, 2 * COLUMN_INCHES + 1.6), layout="constrained")
    parts: Any = figure.subfigures(4, 1, height_ratios=[3.6, 2.2, 2.2, 0.5])
    maps, bars, curves, foot = parts
    for axes, track in zip(maps.subplots(1, columns, squeeze=False)[0], reel.tracks, strict=False):
        _map(axes, reel, track, epoch, color)
    for empty in maps.axes[len(runs) :]:
        empty.set_axis_off()
    _legend(maps, legend(reel, color))
    _bars(bars.subplots(), runs, reel.class_names, epoch)
    left, middle, right = curves.subplots(1, 3)
    for axes, (name, title) in zip((left, middle), CURVES, strict=True):
        _curves(axes, runs, name, title, epoch)
    _mean_silhouettes(right, runs, epoch)
    foot.text(0.01, 0.5, _caption(reel, runs, epoch), va="center", fontsize=7, color="#444444", wrap=True)
    return figure


def _map(axes: Axes, reel: Reel, track: Track, epoch: int, color: Coloring) -> None:
    points, (low, high) = track.at(epoch), reel.box
    colors = point_colors(reel, track, epoch, color)
    # Points become pixels even in a vector file: ten thousand circles make it slow to open.
    axes.scatter(points[:, 0], points[:, 1], s=max(1.0, 40 / len(points) ** 0.35), c=colors, lw=0, rasterized=True)
    margin = 0.04 * (high - low)
    axes.set(xlim=(low[0] - margin[0], high[0] + margin[0]), ylim=(low[1] - margin[1], high[1] + margin[1]))
    axes.set(xticks=[], yticks=[], aspect="equal", title=_plain(track.title))
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color("#cccccc")


def _legend(figure: Any, entries: Sequence[tuple[str, str]]) -> None:
    from matplotlib.lines import Line2D

    shown = entries[:MOST_CLASSES]
    handles = [Line2D([], [], marker="o", ls="", ms=4, color=color) for _, color in shown]
    names = [_plain(text) for text, _ in shown]
    if len(entries) > len(shown):
        handles.append(Line2D([], [], ls=""))
        names.append(f"and {len(entries) - len(shown)} more")
    figure.legend(handles, names, loc="outside lower center", ncols=min(6, len(names)), frameon=False)


def _bars(axes: Axes, runs: Sequence[RunView], class_names: Sequence[str], epoch: int) -> None:
    shown = range(min(len(class_names), MOST_CLASSES))
    width = 0.8 / len(runs)
    for place, run in enumerate(runs):
        found = run.silhouettes()
        if found is not None:
            where = np.arange(len(shown)) + (place - (len(runs) - 1) / 2) * width
            axes.bar(where, found.at(epoch)[: len(shown)], width, color=run.color, label=_plain(run.label))
    axes.axhline(0, color="#888888", lw=0.6)
    axes.set_xticks(list(shown), [_plain(class_names[label])[:14] for label in shown])
    axes.set(ylabel="silhouette", title="Silhouette of every class (1: apart from all others, below 0: mixed)")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _curves(axes: Axes, runs: Sequence[RunView], name: str, title: str, epoch: int) -> None:
    for run in runs:
        curve = run.curve("validation", name)
        if curve is not None:
            axes.plot(curve.epochs, curve.values, color=run.color, lw=1.2)
    _finish(axes, title, epoch)


def _mean_silhouettes(axes: Axes, runs: Sequence[RunView], epoch: int) -> None:
    for run in runs:
        axes.plot(run.history.class_epochs, run.history.mean_silhouettes, color=run.color, lw=1.2)
    _finish(axes, "mean silhouette", epoch)


def _finish(axes: Axes, title: str, epoch: int) -> None:
    axes.axvline(epoch, color="#888888", lw=0.6, ls=":")
    axes.set(xlabel="epoch", title=title)


def _caption(reel: Reel, runs: Sequence[RunView], epoch: int) -> str:
    """What a reader needs to repeat the figure."""
    config = runs[0].config.get("config") or {}
    named = [(label, config.get(label)) for label in ("data", "encoder")]
    what = ", ".join(
        f"{label} {value['name']}" for label, value in named if isinstance(value, dict) and "name" in value
    )
    ids = ", ".join(run.run_id for run in runs)
    sentences = [f"{reel.method}; maps and bars at epoch {epoch}", what, f"runs {ids}"]
    return _plain(". ".join(text[0].upper() + text[1:] for text in sentences if text) + ".")


def _plain(text: str) -> str:
    """``text`` as it is: matplotlib would read mathematics between dollar signs."""
    return text.replace("$", r"\$")
