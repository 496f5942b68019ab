"""The live map: a component of our own that stays mounted, fed by the server's read-only routes.

The page tells it only which runs to show. Frames travel past Streamlit: the browser polls the routes of
:mod:`ui.server`, so a new frame costs no rerun of a script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class MapRun:
    """One run on the map.

    Attributes:
        run_id: the run.
        title: its name in the header of its map.
        color: its color in the charts beside the map, ``"#rrggbb"``.
    """

    run_id: str
    title: str
    color: str | None = None


@dataclass(frozen=True)
class MapChoice:
    """What a person chose on the map.

    Attributes:
        epoch: the epoch shown; None while it follows the newest.
        selection: ids of the selected samples, as text; empty if none.
        projection: the method, or the key of the projection, that is shown; None for the usual one.
        color: what the points are colored by, see :mod:`ui.replay.look`; None for the class.
    """

    epoch: int | None
    selection: tuple[str, ...]
    projection: str | None = None
    color: str | None = None


def live_map(
    runs: Sequence[MapRun],
    *,
    key: str,
    height: int = 620,
    epoch: int | None = None,
    projection: str | None = None,
    color: str | None = None,
    asked: str | None = None,
) -> MapChoice:
    """Draw the maps of ``runs`` side by side, with shared camera, colors, classes, selection and epoch slider.

    Args:
        runs: the runs; their maps appear in this order.
        key: identity of the map on the page: what was zoomed, chosen and selected is kept under it.
        height: pixels for everything: maps, controls, and the selected samples below.
        epoch: the epoch to show at first, for instance from a link; None for the newest.
        projection: the method or projection to show at first; None, or one that no run has, for the usual one.
        color: what to color by at first; None for the class.
        asked: key of the projection that a person has just asked for: another one than last time is shown as soon as it
            is there.
    """
    component = st.components.v2.component("softsil_live_map", html=_html(), js=_loader())
    result = component(
        key=key,
        data={
            "key": key,
            "runs": [asdict(run) for run in runs],
            "height": height,
            "epoch": epoch,
            "projection": projection,
            "color": color,
            "asked": asked,
        },
        default={"epoch": epoch, "selection": [], "projection": projection, "color": color},
        on_epoch_change=_nothing,
        on_selection_change=_nothing,
        on_projection_change=_nothing,
        on_color_change=_nothing,
        height="content",
    )
    chosen = result.get("epoch")
    selection = result.get("selection") or []
    shown, colored = result.get("projection"), result.get("color")
    return MapChoice(
        None if chosen is None else int(chosen),
        tuple(str(sample) for sample in selection),
        None if shown is None else str(shown),
        None if colored is None else str(colored),
    )


def _nothing() -> None:
    """A state value needs a callback to be reported; the rerun itself is all we want."""


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(_ASSETS.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _html() -> str:
    return f'<link rel="stylesheet" href="/softsil/assets/map.css?v={_version()}"><div class="softsil-map"></div>'


@cache
def _loader() -> str:
    # Inline scripts are sent again with every change of data, so this one only fetches the real one from our route.
    # It runs from a blob, which has no address to resolve a path against.
    return f"""
const modules = import(new URL("/softsil/assets/map.js?v={_version()}", window.location.origin).href);
export default function (component) {{
  let leave = null;
  let left = false;
  modules.then((map) => {{ if (!left) leave = map.mount(component); }});
  return () => {{ left = true; leave?.(); }};
}}
"""
