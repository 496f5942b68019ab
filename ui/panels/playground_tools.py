"""Above the playground: which points, what the pointer does to them, the step size, and the buttons for steps."""

from __future__ import annotations

import streamlit as st

from trainers.playground.presets import FEWEST, MOST, MOST_CLASSES, PRESETS
from ui.playground.scene import Scene, preset_scene

COMMAND = "playground_command"
STEPS_PLAYED = 60
COUNTS = (FEWEST, 60, 100, 200, MOST)
SIZES = ("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1")
FIRST_SIZE = "0.1"
_MOVE, _ERASE = "move points", "erase"
_PAINT = [f"paint class {label + 1}" for label in range(MOST_CLASSES)]
_PAINTS = {_MOVE: None, _ERASE: -1, **{words: label for label, words in enumerate(_PAINT)}}


def tools(scene: Scene) -> tuple[int | None, float]:
    """Draw them; return the class to paint (-1 to erase, None to move points) and the step size."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _points(scene)
        pointer = st.selectbox(
            "The pointer can", [_MOVE, *_PAINT, _ERASE], key="playground_pointer", width=150, persist_state="session"
        )
        size = _size()
        for name, title, words in (
            ("play", "▶ Play", f"{STEPS_PLAYED} steps of gradient descent (space)"),
            ("step", "Step", "One step (s)"),
            ("reset", "Start again", "Points and classifier as they were (r)"),
        ):
            st.button(title, key=f"playground_{name}", help=words, on_click=command, args=(name,))
    return _PAINTS[pointer], float(size)


def command(name: str) -> None:
    """Let the next run of the script ``"play"``, ``"step"`` or ``"reset"``."""
    st.session_state[COMMAND] = name


def show(scene: Scene) -> None:
    """Make the address ask for these points, before any step."""
    st.query_params.pop("steps", None)
    st.query_params["points"] = scene.link


def _points(scene: Scene) -> None:
    """Kind and number of the points; both make new ones."""
    name, _, rest = scene.link.partition(".")
    known = name in PRESETS
    count, seed = (int(part) for part in rest.split(".")) if known else (len(scene.points), 0)
    titles = {preset.name: preset.title for preset in PRESETS} | ({} if known else {"": "your own"})
    mark = scene.link[:40]  # another scene is another widget, which then shows what it is
    st.selectbox(
        "Points",
        titles,
        list(titles).index(name if known else ""),
        format_func=titles.__getitem__,
        key=f"playground_preset_{mark}",
        on_change=lambda: _place(str(st.session_state[f"playground_preset_{mark}"]), count, 0),
        width=190,
    )
    st.selectbox(
        "How many",
        sorted({*COUNTS, count}),
        sorted({*COUNTS, count}).index(count),
        key=f"playground_count_{mark}_{count}",
        on_change=lambda: _place(name, int(st.session_state[f"playground_count_{mark}_{count}"]), seed),
        disabled=not known,
        width=80,
    )
    st.button(
        "New points",
        on_click=_place,
        args=(name if known else PRESETS.names()[0], count, seed + 1),
        help="The same kind, placed anew.",
    )


def _place(name: str, count: int, seed: int) -> None:
    if name in PRESETS:
        show(preset_scene(name, min(max(count, FEWEST), MOST), seed))


def _size() -> str:
    linked = st.query_params.get("size", "")
    first = linked if linked in SIZES else FIRST_SIZE
    size = st.selectbox("Step size", SIZES, SIZES.index(first), key="playground_size", width=85)
    st.query_params["size"] = size
    return size
