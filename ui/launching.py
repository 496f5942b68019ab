"""The button that launches: once a click, however often it is clicked, and then Live opens with the new runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from softsil.errors import SoftsilError
from trainers.launchers import launch
from ui import state
from ui.permissions import READ_ONLY_SENTENCE, read_only
from ui.words import plain_markdown

if TYPE_CHECKING:
    from streamlit.elements.lib.layout_utils import Width

    from trainers.config import ExperimentConfig

LIVE_PAGE = "pages/watch/live.py"


def open_live(run_ids: Sequence[str]) -> None:
    """Leave this page for Live, with these runs chosen."""
    st.switch_page(LIVE_PAGE, query_params=state.link_to_runs(run_ids))


def launch_button(
    label: str,
    experiment: Callable[[], ExperimentConfig] | None,
    *,
    key: str,
    width: Width = "content",
    launcher: str | None = None,
) -> None:
    """Draw the button; with ``experiment`` None it is disabled, with ``launcher`` None the usual one trains.

    A double click reaches the server as two runs of the script, the second of which may cut the first one short. So the
    click carries the token of the page it was drawn on, the token is used up before anything is launched, and the page
    switch is remembered in the session instead of being done by the click itself.
    """
    run_ids = state.take_launched_runs()
    if run_ids:
        open_live(run_ids)
    st.button(
        label,
        key=key,
        type="primary",
        width=width,
        disabled=experiment is None or read_only(),
        help=READ_ONLY_SENTENCE if read_only() else None,
        on_click=_launch_once,
        args=(state.launch_token(), experiment, launcher),
    )
    if state.launch_error():
        st.error(plain_markdown(state.launch_error()))


def _launch_once(token: str, experiment: Callable[[], ExperimentConfig], launcher: str | None) -> None:
    if token != state.launch_token():
        state.reopen_launch()
        return
    state.renew_launch_token()
    try:
        state.remember_launch(launch(experiment(), launcher=launcher))
    except (SoftsilError, OSError, ValueError) as error:
        state.fail_launch(f"Nothing was launched: {error}")
