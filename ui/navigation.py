"""The table of pages, and what all of them share."""

from __future__ import annotations

import streamlit as st

from ui import state

PAGES = [
    st.Page("pages/home/home.py", title="Home", default=True),
    st.Page("pages/train/train.py", title="Train"),
    st.Page("pages/watch/live.py", title="Live"),
    st.Page("pages/analyse/runs.py", title="Runs"),
    st.Page("pages/analyse/compare.py", title="Compare"),
    st.Page("pages/analyse/explore.py", title="Explore"),
    st.Page("pages/analyse/benchmark.py", title="Benchmark"),
    st.Page("pages/learn/playground.py", title="Playground"),
    st.Page("pages/learn/losses.py", title="Losses"),
]


def show() -> None:
    """Run the page that the address asks for."""
    st.set_page_config(page_title="softsil", page_icon="🎯", layout="wide")
    state.init_state()
    st.navigation(PAGES, position="top").run()
