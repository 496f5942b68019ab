import streamlit as st

from softsil.runs.reader import list_runs
from ui.launching import open_live
from ui.panels.delete_runs import delete_button
from ui.panels.run_picker import MOST_RUNS
from ui.panels.run_table import run_table
from ui.run_table import run_rows

rows = run_rows(list_runs())
with st.container(horizontal=True, vertical_alignment="center"):
    st.header("Runs", anchor=False, width="content")
    # On the left: the table's own toolbar appears over the right end of this row.
    actions = st.container(horizontal=True, width="content")

if not rows:
    st.info("No run yet. “Show me” on the start page makes the first two.")
    st.stop()

chosen = run_table(rows)
with actions:
    too_many = len(chosen) > MOST_RUNS
    label = f"Open {len(chosen)} in Live" if chosen else "Open in Live"
    reason = f"At most {MOST_RUNS} runs fit side by side." if too_many else "Choose runs by the boxes on the left."
    if st.button(label, type="primary", disabled=not chosen or too_many, help=reason, key="runs_open"):
        open_live([row.run_id for row in chosen])
    delete_button(chosen)
