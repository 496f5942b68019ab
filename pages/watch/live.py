import streamlit as st

from ui.panels.exports import exports_panel
from ui.panels.map import map_panel
from ui.panels.more_maps import more_maps
from ui.panels.numbers import live_numbers
from ui.panels.run_picker import pick_runs
from ui.run_view import view_runs

run_ids = pick_runs()
if not run_ids:
    st.info("No run is chosen. Choose some above, or launch new ones on Train.")
    st.stop()

left, right = st.columns([3, 2], gap="medium")
with left:
    runs = view_runs(run_ids)
    choice = map_panel(runs)
    exports_panel(runs, choice)
    more_maps(run_ids)
with right:
    live_numbers(run_ids, epoch=choice.epoch)
