"""Values over the epochs, every side as the mean of its seeds with a band from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.charts.bands import band_of, bands_figure
from ui.comparison import Side
from ui.panels.charts import heading
from ui.plotly_live import plotly_live

HEIGHT = 320

_READ = (
    "Line: mean over the seeds. Band: from the lowest seed to the highest. Where two bands do not touch, the "
    "difference is larger than what the seed does. "
)
_CURVES = {
    "Silhouette": ("watched", "silhouette", "mean over the watched samples, in the embedding space; higher is better."),
    "Accuracy": ("validation", "accuracy", "share of validation images guessed right."),
    "Training accuracy": ("train", "accuracy", "share of training images guessed right."),
    "Loss": ("validation", "loss", "what training makes smaller; totals of different losses are on different scales."),
}


def curves_over_seeds(sides: Sequence[Side], epoch: int | None) -> None:
    """Draw one measure, chosen by the person, for all sides."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = st.container(width="content")
        chosen = str(
            st.radio(
                "What over the epochs",
                list(_CURVES),
                key="measure",
                horizontal=True,
                label_visibility="collapsed",
                bind="query-params",
            )
        )
    split, name, meaning = _CURVES[chosen]
    with words:
        heading("Over epochs", f"{_READ}{chosen}: {meaning}")
    bands = []
    for side in sides:
        curves = [curve for run in side.runs if (curve := run.curve(split, name))]
        band = band_of(side.label, side.color, curves)
        if band is not None:
            bands.append(band)
    if not bands:
        st.caption("None of these runs has recorded it.")
        return
    percent = name == "accuracy"
    figure = bands_figure(bands, y_title=chosen.lower(), height=HEIGHT, percent=percent, epoch=epoch)
    plotly_live(figure, key="compare_curves", label=f"{chosen} over epochs, mean and range of seeds")
