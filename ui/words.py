"""How states, times and numbers are said to people: plain text, no Streamlit."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

from softsil.runs.status import RunStatus, State

BadgeColor = Literal["red", "orange", "blue", "green", "gray"]

STATE_COLORS: dict[State, BadgeColor] = {
    State.QUEUED: "gray",
    State.RUNNING: "blue",
    State.STOPPING: "orange",
    State.DONE: "green",
    State.FAILED: "red",
    State.CRASHED: "red",
    State.STOPPED: "orange",
}
STATE_MARKS: dict[State, str] = {
    State.QUEUED: "◷",
    State.RUNNING: "▶",
    State.STOPPING: "◼",
    State.DONE: "✓",
    State.FAILED: "✕",
    State.CRASHED: "✕",
    State.STOPPED: "◼",
}

# What Markdown, HTML and Plotly would read as markup; a name may contain any of it.
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>()#+-!|~$:"})
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain_markdown(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter, on one line."""
    return " ".join(text.split()).translate(_MARKDOWN)


def plain_html(text: str) -> str:
    """``text`` so that Plotly shows it letter by letter: it reads labels as a subset of HTML."""
    return text.translate(_HTML)


def state_mark(state: State) -> str:
    """The state as a word with its mark, e.g. ``"✓ done"``: never told by color alone."""
    return f"{STATE_MARKS[state]} {state.value}"


def duration(seconds: float | None) -> str:
    """A span of time, coarse as a person would say it, e.g. ``"40 s"``, ``"3 min"``, ``"2 h 10 min"``."""
    if seconds is None or not math.isfinite(seconds):
        return "unknown"
    seconds = max(0.0, seconds)
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"


def progress(status: RunStatus) -> str:
    """Where a run is, e.g. ``"epoch 12 of 30"``."""
    return f"epoch {status.epoch}" + (f" of {status.epochs}" if status.epochs else "")


def situation(status: RunStatus, position: int | None, *, paused: bool = False) -> str:
    """What a run is doing or why it ended, in a phrase.

    Args:
        status: its state.
        position: its place in the queue, 1 for the next one; None where it does not wait there.
        paused: whether the queue is paused.
    """
    if status.state is State.QUEUED:
        if position is None:
            return "not in this folder's queue: resume it to queue it"
        place = f"paused, number {position} in the queue" if paused else f"number {position} in the queue"
        return " · ".join([place, *filter(None, [status.message])])
    if status.state is State.DONE:
        return f"all {status.epoch} epochs" if status.epoch == status.epochs else progress(status)
    said = [progress(status)]
    if status.state is State.RUNNING:
        left = "" if status.seconds_left is None else f"{duration(status.seconds_left)} left"
        said += filter(None, [status.message or left])
    if status.state is State.STOPPED:
        said.append("can go on from there")
    return " · ".join([*said, *filter(None, [status.error])])


def fraction_done(status: RunStatus) -> float:
    """How much of the planned training is behind a run, from 0 to 1; 0 where the plan is unknown."""
    if not status.epochs:
        return 0.0
    within = status.step / status.steps_per_epoch if status.steps_per_epoch else 0.0
    return min(1.0, (status.epoch + min(within, 1.0)) / status.epochs)


def percent(value: float | None) -> str:
    """A share from 0 to 1 as a percentage; an en dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def number(value: float | None) -> str:
    """A silhouette or loss with three decimals and a true minus; an en dash where there is none."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def when(created: str) -> str:
    """An ISO time in the local zone, e.g. ``"23 Nov 2026, 14:05"``; the text itself where it is no time."""
    try:
        return f"{datetime.fromisoformat(created).astimezone():%d %b %Y, %H:%M}"
    except ValueError:
        return created
