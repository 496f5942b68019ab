"""The moving part of Live beside the map: one fragment that ticks while something runs and rests when nothing does."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import state
from ui.panels.charts import class_bars, over_time
from ui.panels.status import status_cards
from ui.run_view import RunView, view_runs
from ui.words import plain_markdown

TICK_SECONDS = 2


def live_numbers(run_ids: Sequence[str], *, epoch: int | None) -> None:
    """Cards and charts of the chosen runs, fresh every two seconds while one of them is active."""
    runs = view_runs(run_ids)
    st.session_state[state.LIVE_STATES] = _states(runs)
    active = any(run.status.state.is_active for run in runs)
    st.fragment(_tick, run_every=TICK_SECONDS if active else None)(tuple(run_ids), epoch)


def _tick(run_ids: tuple[str, ...], epoch: int | None) -> None:
    runs = view_runs(run_ids)
    if _states(runs) != st.session_state[state.LIVE_STATES]:
        st.rerun()  # the whole page once: the tick may start or stop, other buttons fit
    with st.container(gap="xsmall"):
        status_cards(runs, epoch=epoch)
        for problem in sorted({problem for run in runs for problem in run.problems}):
            st.markdown(f":small[:orange[{plain_markdown(problem)}]]")
        class_bars(runs, epoch=epoch)
        over_time(runs, epoch=epoch)


def _states(runs: Sequence[RunView]) -> tuple[str, ...]:
    return tuple(run.status.state.value for run in runs)
