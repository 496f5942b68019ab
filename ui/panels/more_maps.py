"""Asking for another map of the runs: another method, other settings, three dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.errors import SoftsilError
from softsil.projection.registry import METHODS, Projection
from trainers.launchers import ensure_services
from trainers.projection_requests import request_projection
from ui.forms import ask
from ui.permissions import read_only
from ui.words import plain_markdown

ASKED = "asked_map"  # key of the projection that was asked for last, in the session
_NEWS = "asked_map_is_new"


def more_maps(run_ids: Sequence[str]) -> None:
    """Draw the button, and under it the form of a method's settings."""
    if read_only():
        return
    if st.session_state.pop(_NEWS, False):
        st.toast("Being computed, all epochs. The maps change to it as it comes; the others stay under Map.")
    # Another key is another, closed popover: the maps are behind it.
    key = f"more_maps_{st.session_state.get(ASKED, '')}"
    with st.popover("Another map", key=key, help="Another method, other settings, or three dimensions."):
        _form(tuple(run_ids))


@st.fragment
def _form(run_ids: tuple[str, ...]) -> None:
    titles = {method.name: method.title for method in METHODS}
    name = st.selectbox("Method", list(titles), index=list(titles).index("umap"), format_func=titles.__getitem__)
    method = METHODS.get(name)
    st.caption(plain_markdown(method.summary))
    form = ask(method.settings, f"more_maps_{name}")
    settings = form.check(method.settings)
    if st.button("Compute for these runs", type="primary", disabled=settings is None) and settings is not None:
        _request(run_ids, Projection(name, settings))


def _request(run_ids: tuple[str, ...], projection: Projection) -> None:
    try:
        request_projection(run_ids, projection)
        ensure_services()
    except (SoftsilError, ValueError, OSError) as error:
        st.warning(plain_markdown(str(error)))
    else:
        st.session_state[ASKED] = projection.key
        st.session_state[_NEWS] = True
        st.rerun()
