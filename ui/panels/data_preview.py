"""What is known of a data set without training on it: size, classes, origin, a picture of every class."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from pydantic import ValidationError

from trainers.data.registry import DATA_SETS, DataSpec
from trainers.errors import DataError
from ui.words import plain_markdown

# Above this, loading the data only for a preview would make people wait.
MOST_SAMPLES_LOADED = 5_000
_CLASSES_SHOWN = 10
_TILE_PIXELS = 32
_GAP_PIXELS = 3


def data_facts(spec: DataSpec, settings: dict[str, Any]) -> None:
    """Draw size and origin of the data set, and one picture a class where that is cheap."""
    try:
        facts = spec.facts(spec.config(**settings))
    except (ValidationError, DataError):
        return
    shape = "×".join(str(size) for size in facts.input_shape)
    st.caption(
        plain_markdown(f"{facts.samples:,} samples, {facts.classes} classes"),
        help=plain_markdown(f"Inputs {shape}. Source: {facts.source}. Terms: {facts.licence}."),
    )
    if spec.bundled and facts.samples <= MOST_SAMPLES_LOADED:
        sheet = _contact_sheet(spec.name, json.dumps(settings, sort_keys=True))
        if sheet is not None:
            st.image(sheet, alt=f"One sample of each class of {spec.title}")


@st.cache_data(max_entries=16, show_spinner=False)
def _contact_sheet(name: str, settings: str) -> NDArray[np.uint8] | None:
    spec = DATA_SETS.get(name)
    try:
        data = spec.load(spec.config(**json.loads(settings)))
    except (DataError, OSError):
        return None
    if data.thumbnails is None:
        return None
    _, first = np.unique(data.train.labels, return_index=True)
    tiles = [_tile(data.thumbnails[data.train.ids[row]]) for row in first[:_CLASSES_SHOWN]]
    gap = np.full((tiles[0].shape[0], _GAP_PIXELS, *tiles[0].shape[2:]), 255, np.uint8)
    return np.concatenate([part for tile in tiles for part in (tile, gap)][:-1], axis=1)


def _tile(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Enlarged by whole pixels, so that small pictures stay sharp."""
    factor = max(1, _TILE_PIXELS // max(picture.shape[:2]))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)
