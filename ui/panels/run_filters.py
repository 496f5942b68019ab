"""What of a long list of runs is shown: words, states, data sets, tags, the order. Kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softsil.runs.status import State
from ui.run_filter import ORDERS, RunFilter, all_tags
from ui.run_table import RunRow


def run_filters(rows: Sequence[RunRow]) -> RunFilter:
    """Draw the filters for ``rows`` and return what was asked for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = st.text_input(
            "Search",
            key="search",
            placeholder="Search names, losses, tags, notes",
            label_visibility="collapsed",
            bind="query-params",
            width=250,
        )
        states = _choose("state", "any state", [state.value for state in State])
        data = _choose("data", "any data", sorted({row.data for row in rows}))
        tags = _choose("tag", "any tag", all_tags(rows))
        order = st.selectbox(
            "Order", list(ORDERS), key="order", label_visibility="collapsed", bind="query-params", width=190
        )
        archived = st.toggle("Archived too", key="archived", bind="query-params")
    return RunFilter(text, [State(value) for value in states], data, tags, archived, order)


def _choose(key: str, placeholder: str, options: list[str]) -> list[str]:
    return st.multiselect(
        placeholder.capitalize(),
        options,
        key=key,
        placeholder=placeholder.capitalize(),
        label_visibility="collapsed",
        bind="query-params",
        width=140,
    )
