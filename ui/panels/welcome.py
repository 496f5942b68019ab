"""What this is, in two sentences and one picture, and the button that shows it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root
from trainers.demo import demo_runs, open_demo
from trainers.presets import show_me
from ui.launching import launch_button, open_live
from ui.permissions import read_only
from ui.words import plain_markdown

_IDEA = Path(__file__).parents[1] / "assets" / "idea.svg"


def welcome() -> None:
    """Draw the words and the button on the left, the picture on the right."""
    words, picture = st.columns([5, 6], gap="large", vertical_alignment="center")
    with words:
        st.header("Watch a loss shape an embedding space", anchor=False)
        st.markdown(
            "A network turns every image into a point, and its loss decides where the points go. Pick data and losses, "
            "train them side by side, and see class by class which one gives the better space."
        )
        with st.container(horizontal=True):
            launch_button("Show me", show_me, key="home_show_me", width=150)
            _demo_button()
        st.caption(
            "Trains two small networks on 1,797 handwritten digits, now and on this computer: cross-entropy alone, and "
            "with the Soft Silhouette Loss. Everything else about them is the same. The demo is the same, finished."
        )
    with picture:
        # A component, because st.html removes SVG; the picture takes the theme's text color.
        st.components.v2.component("softsil_idea", html=_IDEA.read_text(encoding="utf-8"))(key="home_idea")


def _demo_button() -> None:
    """Opens the finished demo; a read-only app has it only if somebody put it there."""
    run_ids, root = demo_runs(), runs_root()
    there = bool(run_ids) and all((root / run_id).is_dir() for run_id in run_ids)
    if not run_ids or (read_only() and not there):
        return
    if st.button("Watch a finished demo", key="home_demo"):
        try:
            open_live(open_demo(root))
        except (SoftsilError, OSError) as error:
            st.error(plain_markdown(str(error)))
