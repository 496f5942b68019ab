"""What waits for its turn: pause, continue, and the order in which it starts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.runs.paths import runs_root
from trainers.launchers import ensure_services
from trainers.launchers.control import holdups
from trainers.launchers.queue import DEFAULT_PRIORITY, Waiting, is_paused, pause, set_priority, unpause, waiting
from trainers.outlook import expected_ends
from ui.panels.attempt import attempt
from ui.permissions import read_only
from ui.run_table import RunRow
from ui.words import duration, plain_markdown

LEVELS = {2: "before the others", DEFAULT_PRIORITY: "in turn", 8: "after the others"}
MOST_LISTED = 30
OUTLOOK_SECONDS = 20


def queue_panel(rows: Sequence[RunRow]) -> None:
    """Draw one line about the queue, with its buttons; nothing while nothing waits.

    Args:
        rows: all runs.
    """
    root = runs_root()
    queue, paused = waiting(root), is_paused(root)
    if not queue and not paused:
        return
    names = {row.run_id: row.name for row in rows}
    for sentence in holdups(root):
        st.warning(plain_markdown(sentence))
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="queue"):
        st.markdown(_say(queue, paused), width="content")
        if read_only():
            return
        if paused:
            st.button("Continue", key="queue_continue", type="primary", on_click=attempt_continue)
        else:
            say = "Start no waiting run from now on, whoever opens the app. What trains goes on."
            st.button("Pause", key="queue_pause", help=say, on_click=attempt_pause)
        if queue:
            with st.popover("Order", key="queue_order"):
                _order(queue[:MOST_LISTED], names)


def attempt_pause() -> None:
    """Pause the queue, or say why not."""
    attempt(lambda: pause(runs_root()))


def attempt_continue() -> None:
    """Let waiting runs start again, or say why not."""
    if attempt(lambda: unpause(runs_root())):
        attempt(ensure_services)


def _say(queue: Sequence[Waiting], paused: bool) -> str:
    count = "1 run waits" if len(queue) == 1 else f"{len(queue)} runs wait"
    if paused:
        return f"**The queue is paused**: {count if queue else 'nothing waits'}; what trains goes on."
    ends = _ends(tuple(one.run_id for one in queue))
    known = all(one.run_id in ends for one in queue)
    return f"**{count}**" + (f", all done in about {duration(max(ends.values()))}" if known else "")


def _order(queue: Sequence[Waiting], names: dict[str, str]) -> None:
    ends = _ends(tuple(one.run_id for one in waiting(runs_root())))
    for place, one in enumerate(queue, start=1):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            end = f"done in about {duration(ends[one.run_id])}" if one.run_id in ends else ""
            st.markdown(f"{place}\\. {plain_markdown(names.get(one.run_id, one.run_id))}  \n:gray[{end}]", width=230)
            key = f"queue_level_{one.run_id}_{one.priority}"
            st.selectbox(
                "When",
                sorted({*LEVELS, one.priority}),
                index=sorted({*LEVELS, one.priority}).index(one.priority),
                format_func=lambda level: LEVELS.get(level, f"priority {level}"),
                key=key,
                label_visibility="collapsed",
                width=170,
                on_change=_set_level,
                args=(one.run_id, key),
            )


def _set_level(run_id: str, key: str) -> None:
    level = int(st.session_state[key])
    attempt(lambda: set_priority(runs_root(), run_id, level))


@st.cache_data(ttl=OUTLOOK_SECONDS, max_entries=16, show_spinner=False)
def _ends(run_ids: tuple[str, ...]) -> dict[str, float]:
    del run_ids  # only part of the key
    return expected_ends()
