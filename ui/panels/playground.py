"""The playground: points in the plane under two losses, side by side."""

from __future__ import annotations

from typing import Any

import streamlit as st

from softsil.errors import SoftsilError
from softsil.terms.registry import TERMS
from trainers.playground.presets import FEWEST, MOST, MOST_CLASSES, PRESETS
from ui.playground import Plane, Touch, draw_planes
from ui.playground.link import as_objective, read_loss, write_loss
from ui.playground.progress import Progress, advance, belongs, marks, start
from ui.playground.scene import Scene, own_scene, preset_scene, read_scene
from ui.words import plain_markdown

SIDES = {"a": "ce", "b": "sil"}
SUMS = ("ce+sil", "ce+center", "ce+supcon", "ce+sil+supcon")
STEPS_PLAYED = 60
CELLS = 36
FIRST_SCENE = ("overlapping", 60, 0)
FIRST_SIZE = 0.1
SIZES = ("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1")
# The settings worth a slider, where a term has them: least, most, step.
SLIDERS = {"weight": (0.0, 5.0, 0.1), "temperature": (0.02, 1.0, 0.02), "margin": (0.0, 2.0, 0.05)}
_MOVE, _ERASE = "move points", "erase"
_PAINT = [f"paint class {label + 1}" for label in range(MOST_CLASSES)]
_COMMAND, _PLAYED, _CHOSEN, _STAMP = "playground_command", "playground_played", "playground_chosen", "playground_stamp"


@st.fragment
def playground() -> None:
    """Draw choices, planes and numbers; everything that is chosen stands in the address."""
    scene = _scene()
    paint, size = _tools(scene)
    losses = dict(zip(SIDES, _losses(), strict=True))
    command = st.session_state.pop(_COMMAND, None)
    chosen = st.session_state.get(_CHOSEN)
    if chosen is not None and chosen >= len(scene.points):
        chosen = st.session_state[_CHOSEN] = None
    steps = {"play": STEPS_PLAYED, "step": 1}.get(command or "", 0)
    progress = {side: _progress(side, scene, losses[side], anew=command == "reset") for side in SIDES}
    planes = []
    try:
        for side in SIDES:
            said = advance(progress[side], scene, losses[side], steps=steps, size=size, point=chosen, cells=CELLS)
            planes.append(_plane(losses[side], said))
    except SoftsilError as error:
        st.error(plain_markdown(str(error)))
        return
    if steps:
        st.session_state[_PLAYED] = st.session_state.get(_PLAYED, 0) + 1
    played = str(st.session_state.get(_PLAYED, 0))
    touch = draw_planes(planes, scene.labels, key="playground", paint=paint, play=played, chosen=chosen)
    _numbers(progress, planes)
    _react(touch)


def _scene() -> Scene:
    link = st.query_params.get("points", "")
    found = read_scene(link) if link else None
    if link and found is None:
        st.warning("The points in this link cannot be read; here are others.")
    return found or preset_scene(*FIRST_SCENE)


def _tools(scene: Scene) -> tuple[int | None, float]:
    """Presets, what the pointer does, step size, and the buttons; class to paint and step size."""
    name, _, rest = scene.link.partition(".")
    count = int(rest.split(".")[0]) if name in PRESETS else len(scene.points)
    titles = {preset.name: preset.title for preset in PRESETS}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        options = [*titles] if name in titles else ["", *titles]
        st.selectbox(
            "Points",
            options,
            options.index(name) if name in options else 0,
            format_func=lambda one: titles.get(one, "your own"),
            key=f"playground_preset_{scene.link[:40]}",
            on_change=_new_points,
            args=(scene.link, count),
            width=230,
        )
        st.button("New points", on_click=_shuffle, args=(scene.link, count), help="The same kind, placed anew.")
        pointer = st.selectbox(
            "The pointer can", [_MOVE, *_PAINT, _ERASE], key="playground_pointer", width=170, persist_state="session"
        )
        first = st.query_params.get("size", f"{FIRST_SIZE:g}")
        size = st.selectbox(
            "Step size",
            list(SIZES),
            SIZES.index(first if first in SIZES else f"{FIRST_SIZE:g}"),
            key="playground_size",
            width=110,
        )
        for command, title, words in (
            ("play", "▶ Play", f"{STEPS_PLAYED} steps of gradient descent (space)"),
            ("step", "Step", "One step (s)"),
            ("reset", "Start again", "Points and classifier as they were (r)"),
        ):
            st.button(title, key=f"playground_{command}", help=words, on_click=_command, args=(command,))
    st.query_params["size"] = size
    return {_MOVE: None, _ERASE: -1}.get(pointer, _PAINT.index(pointer) if pointer in _PAINT else None), float(size)


def _new_points(link: str, count: int) -> None:
    name = st.session_state.get(f"playground_preset_{link[:40]}")
    if name:
        st.query_params["points"] = preset_scene(name, min(max(count, FEWEST), MOST), 0).link


def _shuffle(link: str, count: int) -> None:
    name, _, rest = link.partition(".")
    known = name in PRESETS
    seed = int(rest.split(".")[1]) + 1 if known else 0
    st.query_params["points"] = preset_scene(name if known else FIRST_SCENE[0], count, seed).link


def _command(command: str) -> None:
    st.session_state[_COMMAND] = command


def _losses() -> list[dict[str, Any]]:
    found = []
    for column, (side, otherwise) in zip(st.columns(2), SIDES.items(), strict=True):
        with column:
            found.append(_loss(side, otherwise))
    return found


def _loss(side: str, otherwise: str) -> dict[str, Any]:
    """Choose one side's loss and its sliders; what it became stands in the address."""
    recipe, settings = read_loss(st.query_params.get(side, otherwise), otherwise)
    titles = {term.name: term.title for term in TERMS} | {both: _sum_title(both) for both in SUMS}
    titles.setdefault(recipe, _sum_title(recipe))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            f"Loss {'left' if side == 'a' else 'right'}",
            list(titles),
            list(titles).index(recipe),
            format_func=titles.__getitem__,
            key=f"playground_loss_{side}",
        )
        with st.popover("Settings"):
            for term in chosen.split("+"):
                settings[term] = _sliders(side, term, settings.get(term, {}))
    st.query_params[side] = write_loss(chosen, settings)
    return as_objective(chosen, {term: settings[term] for term in chosen.split("+")})


def _sum_title(recipe: str) -> str:
    return " + ".join(TERMS.get(term).title for term in recipe.split("+"))


def _sliders(side: str, term: str, start_at: dict[str, float]) -> dict[str, float]:
    spec, values = TERMS.get(term), {}
    for name, (least, most, step) in SLIDERS.items():
        field = spec.config.model_fields.get(name)
        if field is not None and isinstance(field.default, int | float):
            first = min(max(float(start_at.get(name, field.default)), least), most)
            label = f"{spec.title}: {name}"
            values[name] = st.slider(
                label, least, most, first, step, key=f"playground_{side}_{term}_{name}", help=field.description
            )
    return values


def _progress(side: str, scene: Scene, loss: dict[str, Any], *, anew: bool) -> Progress:
    key = f"playground_progress_{side}"
    kept: Progress | None = st.session_state.get(key)
    if kept is None or anew or not belongs(kept, scene, loss):
        kept = st.session_state[key] = start(scene, loss)
    return kept


def _plane(loss: dict[str, Any], said: dict[str, Any]) -> Plane:
    return Plane(
        title=_sum_title(loss["name"]),
        frames=said["frames"],
        force=said["force"],
        landscape=said["landscape"],
        directional=said["directional"],
        marks=marks(loss, said["learned"]),
    )


def _numbers(progress: dict[str, Progress], planes: list[Plane]) -> None:
    for column, now, plane in zip(st.columns(2), progress.values(), planes, strict=True):
        with column:
            loss, mean = _change(now.losses, 3), _change(now.silhouettes, 2)
            st.markdown(f"**{now.steps} steps** · loss {loss} · silhouette {mean}")
            notes = ["Arrows: where the loss pushes each point; longer where it pushes harder."]
            if plane.directional:
                notes.append("This loss sees only directions from the center: every arrow runs around it.")
            if any(mark["kind"] == "direction" for mark in plane.marks):
                notes.append("Dashed: the direction in which the classifier scores each class; it learns along.")
            if any(mark["kind"] == "spot" for mark in plane.marks):
                notes.append("Crosses: the center or proxy of each class, which moves along.")
            if plane.landscape:
                notes.append("Shading: the loss if the chosen point were there; the bluer, the lower.")
            st.caption(" ".join(notes))


def _change(values: list[float | None], digits: int) -> str:
    first, last = (f"{value:.{digits}f}" if value is not None else "–" for value in (values[0], values[-1]))
    return first if len(values) == 1 else f"{first} → {last}"


def _react(touch: Touch) -> None:
    """What a person did on the drawing becomes the new address or the next command."""
    edit = touch.edit
    if edit and edit.get("stamp") != st.session_state.get(_STAMP):
        st.session_state[_STAMP] = edit.get("stamp")
        st.query_params["points"] = own_scene(edit["points"], edit["labels"]).link
        st.rerun()
    if touch.command in ("play", "step", "reset"):
        _command(touch.command)
        st.rerun()
    if touch.chosen != st.session_state.get(_CHOSEN):
        st.session_state[_CHOSEN] = touch.chosen
        st.rerun()
