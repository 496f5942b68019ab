"""What stands in the address of Compare, Explore and Live, so that a reload or a shared link shows the same.

Compare has one ``run`` for each thing that is compared, with commas between the seeds of one:
``?run=a,b&run=c,d&epoch=5``.
Explore has one, and the chosen sample: ``?run=a&epoch=5&sample=17``. Without ``epoch`` the newest is shown.
Live has the chosen map beside its runs and epoch: ``?runs=a,b&epoch=5&map=umap-3d-1f0c9a2b``; without it the usual one
is shown. All three have what the maps are colored by: ``color=silhouette``; without it the class.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.projection.registry import METHODS
from softsil.runs.paths import is_projection_key
from ui.replay.look import COLORINGS

RUN = "run"
MAP = "map"
COLOR = "color"
EPOCH = "epoch"
PAIR = "pair"
SAMPLE = "sample"
_LAST_EPOCH = 10**9


def linked_runs() -> tuple[str, ...]:
    """Every ``run`` in the address, in its order, at most as many as a person would compare."""
    return tuple(dict.fromkeys(one for one in st.query_params.get_all(RUN) if one))[:50]


def link_runs(runs: Sequence[str]) -> None:
    """Make the address ask for these; an empty list leaves no ``run`` in it."""
    if tuple(st.query_params.get_all(RUN)) != tuple(runs):
        st.query_params[RUN] = list(runs)


def linked_epoch() -> int | None:
    """The epoch that the address asks for; None for the newest or where it is no number."""
    text = st.query_params.get(EPOCH, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) < _LAST_EPOCH else None


def link_epoch(epoch: int | None) -> None:
    """Make the address ask for this epoch; for None it asks for none."""
    if epoch is not None:
        st.query_params[EPOCH] = str(epoch)
    elif EPOCH in st.query_params:
        del st.query_params[EPOCH]


def linked_sample() -> str:
    """Id of the sample that the address asks for, as text; empty for none."""
    return st.query_params.get(SAMPLE, "")


def link_sample(sample: str) -> None:
    """Make the address ask for this sample; for an empty id it asks for none."""
    if sample:
        st.query_params[SAMPLE] = sample
    elif SAMPLE in st.query_params:
        del st.query_params[SAMPLE]


def linked_map() -> str | None:
    """The method or projection that the address asks for; None for the usual one or where it is neither."""
    text = st.query_params.get(MAP, "")
    return text if text in METHODS or is_projection_key(text) else None


def link_map(projection: str | None) -> None:
    """Make the address ask for this method or projection; for None it asks for none."""
    if projection is not None:
        st.query_params[MAP] = projection
    elif MAP in st.query_params:
        del st.query_params[MAP]


def linked_color() -> str | None:
    """What the address asks the maps to be colored by; None for the class or where it is nothing we know."""
    text = st.query_params.get(COLOR, "")
    return text if text in COLORINGS and text != COLORINGS[0] else None


def link_color(color: str | None) -> None:
    """Make the address ask for this coloring; for None it asks for none."""
    if color is not None:
        st.query_params[COLOR] = color
    elif COLOR in st.query_params:
        del st.query_params[COLOR]


def linked_pair() -> tuple[int, int] | None:
    """Positions of the two sides whose difference the address asks for; None where it asks for none."""
    first, _, second = st.query_params.get(PAIR, "").partition("-")
    return (int(first), int(second)) if first.isdecimal() and second.isdecimal() else None


def link_pair(pair: tuple[int, int]) -> None:
    """Make the address ask for the difference of these two sides."""
    st.query_params[PAIR] = f"{pair[0]}-{pair[1]}"
