"""One card a run: state, progress, the two headline numbers, and the buttons that fit the state."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable, Sequence

import streamlit as st

from softsil.runs.paths import runs_root
from softsil.runs.status import RunStatus, State
from trainers.launchers import queue_position, resume, stop
from trainers.launchers.queue import is_paused
from ui.panels.attempt import attempt_each
from ui.permissions import read_only
from ui.run_view import RunView
from ui.words import (
    STATE_COLORS,
    fraction_done,
    number,
    percent,
    plain_markdown,
    situation,
    state_mark,
)


def status_cards(runs: Sequence[RunView], *, epoch: int | None = None) -> None:
    """Draw a card for every run, two in a row.

    Args:
        runs: the chosen runs.
        epoch: the epoch whose numbers are shown; None for the newest.
    """
    columns = st.columns(2 if len(runs) > 1 else 1, gap="small")
    for index, run in enumerate(runs):
        with columns[index % len(columns)]:
            _card(run, epoch)


def state_badge(state: State) -> None:
    """The state as a colored badge with its mark and word."""
    st.badge(state_mark(state), color=STATE_COLORS[state])


def run_name(label: str, color: str) -> None:
    """The run's name with the dot of its color; cut with an ellipsis where it does not fit."""
    text = html.escape(label)
    st.html(
        f'<div style="overflow:hidden;text-overflow:ellipsis;white-space:nowrap" title="{text}">'
        f'<span aria-hidden="true" style="color:{color}">⬤</span>&ensp;<b>{text}</b></div>'
    )


def _card(run: RunView, epoch: int | None) -> None:
    with st.container(border=True, gap="xsmall", key=f"live_card_{run.run_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            run_name(run.label, run.color)
            state_badge(run.status.state)
        _progress(run)
        if run.status.error:
            st.markdown(f":red[{plain_markdown(run.status.error)}]")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            _numbers(run, epoch)
            _buttons(run)


def _where(run: RunView) -> str:
    waits = run.status.state is State.QUEUED
    said = situation(
        dataclasses.replace(run.status, error=None),  # it has a line of its own
        queue_position(run.run_id) if waits else None,
        paused=waits and is_paused(runs_root()),
    )
    return said if waits or not run.status.device else f"{said} · {run.status.device}"


def _progress(run: RunView) -> None:
    # A loop of one's own need not have said how many epochs it plans.
    share = 100 if run.status.state is State.DONE else round(100 * fraction_done(run.status))
    # On one line, or the cards and all below them would jump with every word.
    where = html.escape(_where(run))
    st.html(
        f'<div title="{where}" style="font-size:.9rem;margin-bottom:.35rem;overflow:hidden;text-overflow:ellipsis;'
        f'white-space:nowrap">{where}</div>'
        f'<div role="progressbar" aria-valuenow="{share}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="{html.escape(run.label)}" style="background:rgba(128,128,128,.2);border-radius:3px">'
        f'<div style="width:{share}%;height:6px;border-radius:3px;background:{run.color}"></div></div>'
    )


def _numbers(run: RunView, epoch: int | None) -> None:
    split = next((split for split in ("validation", "train") if run.curve(split, "accuracy")), "validation")
    shown = {
        "accuracy" if split == "validation" else "training accuracy": percent(run.history.at(split, "accuracy", epoch)),
        "silhouette": number(run.history.at("watched", "silhouette", epoch)),
    }
    cells = "".join(
        f'<div><div style="font-weight:600;line-height:1.2">{value}</div>'
        f'<div style="font-size:.75rem;line-height:1.2;opacity:.7">{name}</div></div>'
        for name, value in shown.items()
    )
    st.html(f'<div style="display:flex;gap:1rem">{cells}</div>')


def _buttons(run: RunView) -> None:
    if run.config.get("kind") == "recorded" or read_only():
        return  # another program trains it, which is not ours to stop or start; or people only watch here
    # A folder copied from elsewhere may say "queued" while nobody here has it in a queue.
    nowhere = run.status.state is State.QUEUED and queue_position(run.run_id) is None
    for action, label, help_text, call in _actions(run.status, waits_nowhere=nowhere):
        key = f"live_{action}_{run.run_id}"
        st.button(label, key=key, help=help_text, on_click=attempt_each, args=(call, (run.run_id,)), width="content")


def _actions(status: RunStatus, *, waits_nowhere: bool) -> list[tuple[str, str, str, Callable[[str], object]]]:
    resume_it = ("resume", "Resume", "Go on from the last checkpoint.", resume)
    if waits_nowhere:
        return [resume_it]
    if status.state is State.STOPPING:
        return [("stop", "Stop now", "End the job at once; training since the last checkpoint is lost.", stop)]
    if status.state.is_active:
        return [("stop", "Stop", "Finish the step, write a checkpoint, end. It can be resumed.", stop)]
    return [] if status.state is State.DONE else [resume_it]
