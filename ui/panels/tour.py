"""The guided tour through the playground: a scene, three sentences, a question with its answer."""

from __future__ import annotations

import streamlit as st

from ui.playground.tour import SCENES, TourScene

_SCENE = "scene"


def tour() -> None:
    """Draw the scene that the address asks for, or the way into the tour."""
    number = _number()
    if number is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                "Points in the plane stand for embeddings. Press Play and watch what each loss does to them; drag, "
                "paint or click a point.",
                width="stretch",
            )
            st.button("Take the tour: six scenes", on_click=_go, args=(1,))
        return
    scene = SCENES[number - 1]
    with st.container(border=True):
        words, buttons = st.columns([4, 1], gap="medium")
        words.markdown(f"**{number} of {len(SCENES)}: {scene.title}.** {scene.text}")
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            with st.popover("A question"):
                st.markdown(f"**{scene.question}**")
                with st.expander("Answer"):
                    st.markdown(scene.answer)
            st.button("End", on_click=_go, args=(None,), help="End the tour.")
            st.button("Back", on_click=_go, args=(number - 1,), disabled=number == 1)
            st.button("Next", on_click=_go, args=(number + 1,), disabled=number == len(SCENES), type="primary")


def _number() -> int | None:
    text = st.query_params.get(_SCENE, "")
    number = int(text) if text.isdecimal() and 1 <= int(text) <= len(SCENES) else None
    if number is not None and "points" not in st.query_params:
        _set_up(SCENES[number - 1])
    return number


def _go(number: int | None) -> None:
    for name in [name for name in st.session_state if str(name).startswith("playground_")]:
        del st.session_state[name]
    if number is None:
        st.query_params.pop(_SCENE, None)
        return
    st.query_params[_SCENE] = str(number)
    _set_up(SCENES[number - 1])


def _set_up(scene: TourScene) -> None:
    """The playground reads its points and losses from the address."""
    st.query_params["points"] = scene.points
    st.query_params["a"], st.query_params["b"] = scene.left, scene.right
    for name in ("steps", "point"):
        st.query_params.pop(name, None)
