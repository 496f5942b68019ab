"""Where the runs of a launch train: asked only where there is more than one place."""

from __future__ import annotations

import streamlit as st

from trainers.launchers.queue import LOCAL
from trainers.launchers.registry import LAUNCHERS, Launcher, chosen_launcher


def launcher_choice() -> Launcher:
    """Ask who trains, and return it; with nothing to choose from, nothing is drawn."""
    usual = chosen_launcher()
    nearest_first = sorted(LAUNCHERS, key=lambda one: one.name != LOCAL)
    at_hand = {one.name: one for one in nearest_first if one.unavailable() is None}
    if len(at_hand) < 2:
        return usual
    name = st.selectbox(
        "Where",
        list(at_hand),
        index=list(at_hand).index(usual.name) if usual.name in at_hand else 0,
        format_func=lambda name: at_hand[name].title,
        key="train_launcher",
        persist_state="session",
    )
    return at_hand[name]


def device_key(launcher: str) -> str:
    """Key of the widget that asks for the device: each launcher has devices of its own."""
    return f"train_device_{launcher}"
