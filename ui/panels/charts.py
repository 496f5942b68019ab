"""The live charts of the chosen runs: silhouette by class, accuracy, loss terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ui.charts import ClassSilhouettes, class_bars_figure, class_lines_figure, curves_figure
from ui.plotly_live import plotly_live
from ui.run_view import RunView
from ui.words import plain_markdown

if TYPE_CHECKING:
    import plotly.graph_objects as go

BARS_HEIGHT = 180
LINES_HEIGHT = 185
_PILLS_HEIGHT = 42


def heading(title: str, how_to_read: str) -> None:
    """A small heading with one sentence on how to read the chart below, behind its question mark."""
    st.markdown(f"**{title}**", help=how_to_read)


def class_bars(runs: Sequence[RunView], *, epoch: int | None) -> None:
    """Silhouette of every class as bars, at ``epoch`` or now."""
    same = _same_classes(runs)
    when = "now" if epoch is None else f"at epoch {epoch}"
    heading(
        f"Silhouette by class, {when}",
        "1: the class is a tight cloud far from the others. 0: it touches another class. Below 0: its points lie "
        "nearer to another class than to their own. Measured in the embedding space, not in the map; lowest first.",
    )
    found = _silhouettes(same)
    if not found:
        _wait_for("the first embeddings", BARS_HEIGHT)
        return
    figure = class_bars_figure(found, _class_names(same), epoch=epoch, height=BARS_HEIGHT)
    _show(figure, key="live_class_bars", label=f"Silhouette of each class {when}")
    _say_who_is_missing(runs, same)


def over_time(runs: Sequence[RunView], *, epoch: int | None) -> None:
    """One measure over the epochs; the person chooses which."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = st.container(width="content")
        st.space("stretch")
        # Radio buttons, not pills: a chosen pill has too little contrast on the dark theme.
        chosen = st.radio(
            "Over epochs",
            list(_OVER_TIME),
            key="curve",
            horizontal=True,
            label_visibility="collapsed",
            bind="query-params",
        )
    how_to_read, draw = _OVER_TIME[str(chosen)]
    with words:
        heading("Over epochs", how_to_read)
    draw(runs, epoch)


def _class_lines(runs: Sequence[RunView], epoch: int | None) -> None:
    same = _same_classes(runs)
    found = _silhouettes(same)
    if not found:
        _wait_for("the first embeddings", LINES_HEIGHT)
        return
    figure = class_lines_figure(
        found, _class_names(same), epoch=epoch, height=LINES_HEIGHT, last_epoch=_last_epoch(runs)
    )
    _show(figure, key="live_class_lines", label="Silhouette over epochs")


def _accuracy(runs: Sequence[RunView], epoch: int | None) -> None:
    _curves("accuracy", runs, epoch, key="live_accuracy", title="accuracy", percent=True, height=LINES_HEIGHT)


def _losses(runs: Sequence[RunView], epoch: int | None) -> None:
    terms = sorted({name for run in runs for _, name in run.history.scalars if name.startswith("term/")})
    chosen = st.radio(
        "Which part of the loss",
        ["loss", *terms],
        key="part",
        horizontal=True,
        format_func=lambda name: "total" if name == "loss" else plain_markdown(name.removeprefix("term/")),
        label_visibility="collapsed",
        bind="query-params",
    )
    height = LINES_HEIGHT - _PILLS_HEIGHT
    _curves(str(chosen or "loss"), runs, epoch, key="live_loss", title="loss", percent=False, height=height)


def _curves(
    name: str,
    runs: Sequence[RunView],
    epoch: int | None,
    *,
    key: str,
    title: str,
    percent: bool,
    height: int,
) -> None:
    curves = [
        curve
        for run in runs
        for split in ("validation", "train")
        if (curve := run.curve(split, name, dotted=split == "train"))
    ]
    if not curves:
        _wait_for("the first epoch", height)
        return
    figure = curves_figure(
        curves, y_title=title, height=height, percent=percent, epoch=epoch, last_epoch=_last_epoch(runs)
    )
    _show(figure, key=key, label=f"{title} over epochs".capitalize())


def _wait_for(what: str, height: int) -> None:
    # As high as the chart to come, so that nothing jumps when it comes.
    with st.container(height=height, border=False, vertical_alignment="center", horizontal_alignment="center"):
        st.caption(f"Appears with {what}.", width="content")


def _show(figure: go.Figure, *, key: str, label: str) -> None:
    # The cards above carry the runs' names and colors.
    figure.update_layout(showlegend=False, margin={"t": 8})
    plotly_live(figure, key=key, label=label)


_READ_SILHOUETTE = "Thick: mean over all points of a run. Thin: its lowest classes. Higher is better separated."
_READ_ACCURACY = (
    "Share of images guessed right. Solid: validation images, never trained on. Dotted: training images. A widening "
    "gap between the two means learning by heart."
)
_READ_LOSS = (
    "What training makes smaller. Totals of different losses are on different scales: compare the shape, or one term "
    "at a time. Solid: validation. Dotted: training."
)
_OVER_TIME: dict[str, tuple[str, Callable[[Sequence[RunView], int | None], None]]] = {
    "Silhouette": (_READ_SILHOUETTE, _class_lines),
    "Accuracy": (_READ_ACCURACY, _accuracy),
    "Loss": (_READ_LOSS, _losses),
}


def _class_names(runs: Sequence[RunView]) -> tuple[str, ...]:
    return runs[0].class_names if runs else ()


def _same_classes(runs: Sequence[RunView]) -> list[RunView]:
    """The runs that have the classes of the first one that has any."""
    names = next((run.class_names for run in runs if run.class_names), ())
    return [run for run in runs if run.class_names == names]


def _silhouettes(runs: Sequence[RunView]) -> list[ClassSilhouettes]:
    # The width can only differ from the names where somebody's own loop changed its classes midway.
    found = [silhouettes for run in runs if (silhouettes := run.silhouettes())]
    return [one for one in found if one.values.shape[1] == len(_class_names(runs))]


def _say_who_is_missing(runs: Sequence[RunView], shown: Sequence[RunView]) -> None:
    others = [run.label for run in runs if run not in shown and run.class_names]
    if others:
        st.caption(plain_markdown(f"Not shown, because its classes are others: {', '.join(others)}."))


def _last_epoch(runs: Sequence[RunView]) -> int | None:
    planned = [run.status.epochs for run in runs if run.status.epochs]
    return max(planned, default=None)
