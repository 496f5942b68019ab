import streamlit as st

from ui.panels.experiment_form import experiment_form
from ui.panels.launch_summary import launch_summary

left, right = st.columns([5, 3], gap="large")
with left:
    draft = experiment_form()
with right:
    launch_summary(draft)
