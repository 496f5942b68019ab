"""The latest experiments: what ran together, in which state, one click from Live."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.runs.status import State
from ui.launching import open_live
from ui.panels.status import state_badge
from ui.run_table import MOST_TOGETHER, RunRow, in_order
from ui.words import number, percent, plain_markdown

MOST_EXPERIMENTS = 4
MOST_LOSSES = 4


def recent_experiments(rows: Sequence[RunRow]) -> None:
    """Draw the newest experiments.

    Args:
        rows: all runs, newest first.
    """
    st.subheader("Recent runs", anchor=False)
    if not rows:
        st.caption("None yet. “Show me” makes the first two.")
        return
    experiments: dict[str, list[RunRow]] = {}
    for row in rows:
        experiments.setdefault(row.experiment, []).append(row)
    for together in list(experiments.values())[:MOST_EXPERIMENTS]:
        _experiment(in_order(together))


def _experiment(rows: Sequence[RunRow]) -> None:
    first, groups = rows[0], _by_loss(rows)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"recent_{first.run_id}"):
        when = f"{first.created:%d %b, %H:%M}" if first.created else ""
        more = f", {len(groups) - MOST_LOSSES} more losses" if len(groups) > MOST_LOSSES else ""
        st.markdown(f"{plain_markdown(first.data)}{more}  \n:gray[{when}]", width=110)
        for group in groups[:MOST_LOSSES]:
            with st.container(width=190, gap=None):
                _loss(group)
        st.space("stretch")
        if st.button("Open", key=f"recent_open_{first.run_id}"):
            open_live([row.run_id for row in rows][:MOST_TOGETHER])


def _by_loss(rows: Sequence[RunRow]) -> list[list[RunRow]]:
    """The seeds of a loss together; what is no training stays alone."""
    groups: dict[str, list[RunRow]] = {}
    for row in rows:
        groups.setdefault(row.loss if row.ours and row.seed is not None else row.run_id, []).append(row)
    return list(groups.values())


def _loss(rows: Sequence[RunRow]) -> None:
    kind = "seeds" if len({row.seed for row in rows}) == len(rows) else "runs"
    several = f" · {len(rows)} {kind}" if len(rows) > 1 else ""
    st.markdown(f"**{plain_markdown(rows[0].loss if several else rows[0].name)}**{several}")
    # The one that needs a look: what trains, waits or broke comes before what is done.
    state_badge(min((row.state for row in rows), key=lambda state: state is State.DONE))
    accuracy, silhouette = (_mean([getattr(row, name) for row in rows]) for name in ("accuracy", "silhouette"))
    st.caption(f"{percent(accuracy)} right · silhouette {number(silhouette)}")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
