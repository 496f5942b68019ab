"""Where a picture of one's own lands: uploaded, read by the run's network, placed among its samples."""

from __future__ import annotations

import hashlib

import numpy as np
import streamlit as st

from softsil.errors import SoftsilError
from softsil.runs.reader import RunReader
from ui import state
from ui.charts.landing import landing_figure
from ui.epoch_view import EpochView, epoch_view
from ui.landings import Landing, LandingError, land
from ui.panels.charts import heading
from ui.plotly_live import plotly_live
from ui.thumbnails import Tile, grid, picture_of
from ui.words import plain_markdown

_READ = (
    "Star: your picture. Rings: its nearest samples in the embedding space. The star stands at their mean place, which "
    "is approximate; where the rings lie far apart on the map, do not believe the place, believe the neighbors."
)


def landing_panel(view: EpochView, epoch: int | None) -> None:
    """Draw the upload, and where the picture landed."""
    heading("Place a picture", _READ)
    file = st.file_uploader(
        "A picture of one object, like those in the data",
        type=["png", "jpg", "jpeg", "webp", "bmp", "gif"],
        key="explore_picture",
        max_upload_size=10,
    )
    if file is None:
        st.caption("The picture stays on this computer and is not stored.")
        return
    found = _landed(view, file.getvalue(), epoch)
    if isinstance(found, str):
        st.warning(plain_markdown(found))
    else:
        _show(found)


def _landed(view: EpochView, picture: bytes, epoch: int | None) -> Landing | str:
    """The landing, or why there is none; kept while picture, run and epoch stay the same."""
    wanted = (view.run_id, epoch, hashlib.sha256(picture).hexdigest())
    kept = st.session_state[state.LANDING]
    if kept is None or kept[0] != wanted:
        result: Landing | str
        with st.spinner("Loading the network of this run: a few seconds"):
            try:
                result = land(view.run_id, picture, epoch)
            except LandingError as error:
                result = str(error)
        kept = st.session_state[state.LANDING] = (wanted, result)
    found: Landing | str = kept[1]
    return found


def _show(landing: Landing) -> None:
    said = (
        f"The network of epoch {landing.epoch} says {landing.prediction} ({landing.probability:.0%} sure). "
        f"In the embedding space the nearest class is {landing.nearest_class}."
    )
    st.markdown(plain_markdown(said))
    view = epoch_view(landing.run_id, landing.epoch)
    _pictures(landing, view)
    if view is not None:
        _map(landing, view)
    st.caption(plain_markdown(" ".join(landing.notes)))


def _pictures(landing: Landing, view: EpochView | None) -> None:
    seen = Tile(f"data:image/png;base64,{landing.picture}", ("your picture",), "what the network saw", marked=True)
    near = [
        Tile(
            None if view is None else picture_of(view.samples, one["row"]),
            (one["label"], f"{max(0.0, one['distance']):.3f}"),
            f"sample {one['sample']}",
        )
        for one in landing.neighbors
    ]
    st.html(grid([seen, *near], size=36))


def _map(landing: Landing, view: EpochView) -> None:
    flat = {key: place for key, place in landing.places.items() if len(place) == 2}
    key = next((key for key in flat if key.startswith("umap")), next(iter(flat), None))
    if key is None:
        st.caption("This epoch has no map yet.")
        return
    try:
        places = RunReader(landing.run_id).frame(key, landing.epoch)
    except SoftsilError:
        return
    neighbors = np.array([one["row"] for one in landing.neighbors])
    figure = landing_figure(places, view.samples.labels, view.class_names, neighbors, flat[key])
    plotly_live(figure, key="explore_landing", label="Map of the samples with a star where your picture lands")
