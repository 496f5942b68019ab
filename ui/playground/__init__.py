"""The playground's drawing: two planes with points, arrows, and the landscape of one point; a component of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui.playground.scene import Scene

_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Plane:
    """One side.

    Attributes:
        title: the loss.
        loss: how it stands in the address.
        frames: the points ``[n, 2]`` before and after each step to be played; the last ones are shown.
        force: the arrow of every point, ``[n, 2]``.
        landscape: the loss for every place of the chosen point, ``[cells, cells]``; None without one.
        directional: whether the loss sees directions only, so that the unit circle is drawn.
        marks: what the loss learns besides, ``{"kind": "spot" | "direction", "class": …, "at": [x, y]}``.
    """

    title: str
    loss: str
    frames: list[list[list[float]]]
    force: list[list[float]]
    landscape: list[list[float | None]] | None
    directional: bool
    marks: list[dict[str, Any]]


@dataclass(frozen=True)
class Listener:
    """What is called before the next run of the script when a person touched the drawing.

    Attributes:
        edited: points ``[n, 2]`` and labels ``[n]`` after a move, or after painting.
        chosen: the point whose landscape is wanted; None for none.
        commanded: ``"play"``, ``"step"`` or ``"reset"`` for a key, ``"look"`` where a landscape is owed; and the scene
            that the drawing shows.
    """

    edited: Callable[[list[list[float]], list[int]], None]
    chosen: Callable[[int | None], None]
    commanded: Callable[[str, str], None]


def draw_planes(
    planes: Sequence[Plane],
    scene: Scene,
    *,
    key: str,
    paint: int | None,
    play: str,
    chosen: int | None,
    listener: Listener,
) -> None:
    """Draw the planes side by side.

    Args:
        planes: one or two.
        scene: the points, with their classes, before any step; its link comes back with every command.
        key: identity on the page.
        paint: class to paint, -1 to erase, None to move points.
        play: another text than last time plays the frames; the same shows the last ones.
        chosen: the point that is chosen now.
        listener: told what a person does.
    """

    def told(name: str) -> Any:
        return st.session_state[key].get(name)

    component = st.components.v2.component("softsil_playground", html=_read("playground.html"), js=_script())
    component(
        key=key,
        data={
            "planes": [asdict(plane) for plane in planes],
            "labels": list(scene.labels),
            "scene": scene.link,
            "paint": paint,
            "play": play,
            "chosen": chosen,
        },
        default={"edit": None, "chosen": chosen},
        on_edit_change=lambda: listener.edited(told("edit")["points"], told("edit")["labels"]),
        on_chosen_change=lambda: listener.chosen(told("chosen")),
        on_command_change=lambda: listener.commanded(told("command")["name"], told("command")["scene"]),
        height="content",
    )


@cache
def _read(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    # What can be tested without a page is a module of its own; a component takes one script.
    pure = _read("plane.js").replace("export ", "")
    return pure + _read("playground.js").partition("\n")[2]
