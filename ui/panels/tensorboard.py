"""How to open the same runs in TensorBoard, which is a program of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

import streamlit as st


def tensorboard_button(run_ids: Sequence[str]) -> None:
    """Draw the button, and under it the command for these runs; none means all."""
    with st.popover("TensorBoard", key="runs_tensorboard", help="Open these runs in TensorBoard."):
        which = f"the {len(run_ids)} ticked runs" if len(run_ids) > 1 else "the ticked run" if run_ids else "all runs"
        st.markdown(f"In a terminal, for {which}; they stay up to date while they train:")
        st.code(" ".join(["python -m trainers tensorboard", *run_ids]), language=None, wrap_lines=True)
        if importlib.util.find_spec("tensorboard") is None:
            st.markdown("TensorBoard is not installed here. Before the first time:")
            st.code("pip install -r requirements-integrations.txt", language=None)
