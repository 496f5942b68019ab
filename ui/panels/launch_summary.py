"""What will be launched, about how long it takes, and the button."""

from __future__ import annotations

import streamlit as st

from trainers.config import ExperimentConfig
from trainers.launchers.queue import LOCAL
from ui.drafts import Draft, Plan, as_yaml, plan
from ui.launching import launch_button
from ui.panels.experiment_form import problem_list
from ui.words import duration, plain_markdown


def launch_summary(draft: Draft) -> None:
    """Draw the summary of ``draft`` and the launch button, disabled while something is wrong."""
    experiment = draft.experiment
    with st.container(border=True):
        st.markdown("##### What will be launched")
        if experiment is None:
            st.markdown("Nothing yet. Put this right first:")
            problem_list(draft.problems)
        else:
            _say(_plan(experiment.model_dump_json(), draft.launcher))
        launch_button(
            "Launch",
            None if experiment is None else lambda: experiment,
            key="train_launch",
            width="stretch",
            launcher=draft.launcher,
        )
    with st.expander("The same as a file"):
        option = "" if draft.launcher == LOCAL else f" --launcher {draft.launcher}"
        st.caption(f"`python -m trainers run experiment.yaml{option}` launches exactly this.")
        st.code(as_yaml(draft.values), language="yaml")


def _say(launched: Plan) -> None:
    runs = "1 run" if launched.runs == 1 else f"{launched.runs} runs"
    one_by_one = "" if launched.runs == 1 else f", {_at_once(launched)}"
    st.markdown(f"**{runs}**{one_by_one}")
    losses = ", ".join(launched.losses)
    varied = "".join(f"\n- with {plain_markdown(one)}" for one in launched.varied)
    seeds = ("seed " if len(launched.seeds) == 1 else "seeds ") + ", ".join(str(seed) for seed in launched.seeds)
    shared = "for every loss the same data, first weights and order of batches"
    st.markdown(f"- {plain_markdown(losses)}{varied}\n- {seeds}: {shared}")
    seconds = launched.estimate.seconds
    about = "Time: " if seconds is None else f"{_bound(launched)} **{duration(seconds)}** in all: "
    st.caption(about + plain_markdown(launched.estimate.basis) + ".")


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def _plan(experiment: str, launcher: str) -> Plan:
    # The estimate reads the histories of many runs: once for the same input, not at every keystroke elsewhere.
    return plan(ExperimentConfig.model_validate_json(experiment), launcher)


def _bound(launched: Plan) -> str:
    return "About" if launched.at_once or launched.runs == 1 else "With one at a time about"


def _at_once(launched: Plan) -> str:
    if launched.at_once is None:
        return "as many at a time as the cluster has room for"
    return "one after the other" if launched.at_once == 1 else f"{launched.at_once} at a time"
