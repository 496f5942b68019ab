import streamlit as st

from ui.panels.explore_map import explore_map
from ui.panels.explore_picker import pick_run
from ui.panels.explore_views import explore_views

MAP_HEIGHT = 590
TICK_SECONDS = 5

run = pick_run()
if run is None:
    st.stop()
left, right = st.columns([2, 3], gap="medium")
with left:
    choice = explore_map(run, height=MAP_HEIGHT)
with right:
    every = TICK_SECONDS if run.status.state.is_active and choice.epoch is None else None
    st.fragment(explore_views, run_every=every)(run.run_id, choice.epoch, choice.selection)
