import streamlit as st

from ui.experiment_link import adopt_linked_experiment, link_experiment
from ui.panels.experiment_form import experiment_form
from ui.panels.launch_summary import launch_summary
from ui.words import plain_markdown

problem = adopt_linked_experiment()
if problem:
    st.warning(plain_markdown(problem))
left, right = st.columns([5, 3], gap="large")
with left:
    draft = experiment_form()
with right:
    launch_summary(draft)
link_experiment(draft.experiment)
