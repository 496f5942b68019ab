"""The playground: points in the plane under two losses, side by side; all that is chosen stands in the address."""

from __future__ import annotations

from typing import Any

import streamlit as st

from softsil.errors import SoftsilError
from ui.panels.playground_losses import SIDES, pick_losses, title_of
from ui.panels.playground_numbers import numbers
from ui.panels.playground_tools import COMMAND, STEPS_PLAYED, command, show, tools
from ui.playground import Listener, Plane, draw_planes
from ui.playground.progress import Progress, advance, belongs, marks, start
from ui.playground.scene import Scene, own_scene, preset_scene, read_scene
from ui.words import plain_markdown

FIRST_SCENE = ("overlapping", 60, 0)
CELLS = 28
MOST_STEPS_IN_LINK = 400
_KEY, _PLAYED, _LOOK = "playground", "playground_played", "playground_look"


@st.fragment
def playground() -> None:
    """Draw choices, planes and numbers."""
    scene = _scene()
    paint, size = tools(scene)
    losses = pick_losses()
    asked = st.session_state.pop(COMMAND, None)
    point = _point(scene)
    # The landscape takes hundreds of losses: the arrows come first, then the drawing asks for it.
    looked_at = point if st.session_state.pop(_LOOK, False) else None
    steps = {"play": STEPS_PLAYED, "step": 1}.get(asked or "", 0)
    progress = {side: _progress(side, scene, losses[side], anew=asked == "reset") for side in SIDES}
    try:
        planes = []
        for side in SIDES:
            owed = steps or _steps_owed(progress[side])
            said = advance(progress[side], scene, losses[side], steps=owed, size=size, point=looked_at, cells=CELLS)
            planes.append(_plane(side, losses[side], said, played=bool(steps)))
    except SoftsilError as error:
        st.error(plain_markdown(str(error)))
        return
    if steps:
        st.session_state[_PLAYED] = st.session_state.get(_PLAYED, 0) + 1
    st.query_params["steps"] = str(next(iter(progress.values())).steps)
    played = str(st.session_state.get(_PLAYED, 0))
    listener = Listener(_edited, _chosen, _commanded)
    draw_planes(planes, scene, key=_KEY, paint=paint, play=played, chosen=point, listener=listener)
    numbers(progress, planes)


def _scene() -> Scene:
    link = st.query_params.get("points", "")
    found = read_scene(link) if link else None
    if link and found is None:
        st.warning("The points in this link cannot be read; here are others.")
    return found or preset_scene(*FIRST_SCENE)


def _point(scene: Scene) -> int | None:
    """The point whose landscape is asked for."""
    text = st.query_params.get("point", "")
    return int(text) if text.isdecimal() and int(text) < len(scene.points) else None


def _progress(side: str, scene: Scene, loss: dict[str, Any], *, anew: bool) -> Progress:
    key = f"playground_progress_{side}"
    kept: Progress | None = st.session_state.get(key)
    if kept is None and not anew:  # a link that somebody opens
        text = st.query_params.get("steps", "")
        kept = start(scene, loss)
        kept.owed = min(int(text), MOST_STEPS_IN_LINK) if text.isdecimal() else 0
    elif kept is None or anew or not belongs(kept, scene, loss):
        kept = start(scene, loss)
    st.session_state[key] = kept
    return kept


def _steps_owed(progress: Progress) -> int:
    owed, progress.owed = progress.owed, 0
    return owed


def _plane(side: str, loss: dict[str, Any], said: dict[str, Any], *, played: bool) -> Plane:
    return Plane(
        title=title_of(loss["name"]),
        loss=st.query_params[side],
        frames=said["frames"] if played else said["frames"][-1:],
        force=said["force"],
        landscape=said["landscape"],
        directional=said["directional"],
        marks=marks(loss, said["learned"]),
    )


def _edited(points: list[list[float]], labels: list[int]) -> None:
    show(own_scene(points, labels))


def _chosen(point: int | None) -> None:
    if point is not None:
        st.query_params["point"] = str(point)
    elif "point" in st.query_params:
        del st.query_params["point"]


def _commanded(asked: str, scene: str) -> None:
    # The browser may send this before it has heard of the address that an edit left behind.
    if st.query_params.get("points") != scene:
        st.query_params["points"] = scene
    if asked == "look":
        st.session_state[_LOOK] = True
    else:
        command(asked)
