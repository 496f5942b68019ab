"""What is compared: runs or groups of seeds, and which two of them the differences are between."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.runs.reader import list_runs
from ui import links, state
from ui.comparison import Side
from ui.run_table import RunRow, run_rows
from ui.seed_groups import SeedGroup, choices, groups_of, seed_groups
from ui.words import plain_markdown

MOST_SIDES = 6
FIRST_SIDES = 3


def pick_groups() -> list[SeedGroup]:
    """Draw the picker and return what is to be compared; at first the losses of the newest experiment."""
    rows = run_rows(list_runs())
    _adopt(rows)
    options = {_key(group): group for group in choices([row for row in rows if not row.notes.archived])}
    for key in st.session_state[state.COMPARED]:  # a link may name some seeds of a group only, or what was archived
        options.setdefault(key, _group(key, rows))
    chosen = st.multiselect(
        "Compare",
        list(options),
        key=state.COMPARED,
        format_func=lambda key: options[key].described,
        max_selections=MOST_SIDES,
        placeholder="Choose runs, or groups of seeds, to compare",
        label_visibility="collapsed",
        persist_state="session",
    )
    st.session_state[state.COMPARED_IN_LINK] = tuple(chosen)
    links.link_runs(chosen)
    return [options[key] for key in chosen]


def pick_pair(sides: Sequence[Side]) -> tuple[int, int]:
    """Draw the choice of the two sides whose difference is shown, if there are more than two; their positions."""
    if len(sides) == 2:
        return 0, 1
    pairs = [(first, second) for first in range(len(sides)) for second in range(len(sides)) if first != second]
    names = {pair: f"{sides[pair[1]].label} against {sides[pair[0]].label}" for pair in pairs}
    linked = links.linked_pair()
    if st.session_state.get(state.COMPARED_PAIR) not in pairs:
        st.session_state[state.COMPARED_PAIR] = linked if linked in pairs else (0, 1)
    chosen = st.selectbox(
        "Difference of",
        pairs,
        key=state.COMPARED_PAIR,
        format_func=lambda pair: names[pair],
        label_visibility="collapsed",
        persist_state="session",
        help="Which two the sentences, the order of the classes and the differences are about.",
    )
    links.link_pair(chosen)
    return chosen


def say_what_is_missing(groups: Sequence[SeedGroup]) -> None:
    """A sentence for a page with fewer than two things to compare."""
    if not list_runs():
        st.info("No run yet. “Show me” on the start page trains the first two; they can be compared here.")
    elif not groups:
        st.info("Choose two or more runs above. Runs that differ only in their seed are listed as one group.")
    else:
        name = plain_markdown(groups[0].name)
        st.info(f"Choose something to compare **{name}** with. To look at one run alone, open Explore.")


def _adopt(rows: Sequence[RunRow]) -> None:
    """Before the picker is drawn: what a new link asks for, else what was chosen before, else the newest experiment."""
    linked = links.linked_runs()
    known = {row.run_id for row in rows}
    if linked and linked != st.session_state[state.COMPARED_IN_LINK]:
        keys = [_key(group) for one in linked for group in groups_of(one.split(","), rows)]
        if len(keys) > MOST_SIDES:
            keys = [_key(group) for group in groups_of(",".join(linked).split(","), rows)]
    elif state.COMPARED not in st.session_state:
        keys = [_key(group) for group in _newest(rows)]
    else:
        keys = [key for key in st.session_state[state.COMPARED] if known.issuperset(key.split(","))]
    st.session_state[state.COMPARED] = list(dict.fromkeys(keys))[:MOST_SIDES]


def _newest(rows: Sequence[RunRow]) -> list[SeedGroup]:
    groups = seed_groups([row for row in rows if not row.notes.archived])
    if not groups:
        return []
    together = [group for group in groups if group.rows[0].experiment == groups[0].rows[0].experiment]
    same_data = [group for group in groups if group.rows[0].data == groups[0].rows[0].data]
    return (together if len(together) > 1 else same_data[:2])[:FIRST_SIDES]


def _key(group: SeedGroup) -> str:
    return ",".join(group.run_ids)


def _group(key: str, rows: Sequence[RunRow]) -> SeedGroup:
    known = {row.run_id: row for row in rows}
    return SeedGroup(tuple(known[run_id] for run_id in key.split(",")))
