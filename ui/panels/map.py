"""The live map of the chosen runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def map_panel(run_ids: Sequence[str]) -> int | None:
    """Draw the maps side by side; return the epoch chosen in their slider, or None for the newest."""
    st.container(height=600)
    return None
