"""Everything that Train asks: data, network, losses, training. Wrong input gets a sentence beside its field."""

from __future__ import annotations

from typing import Any

import streamlit as st

from trainers.config import ExperimentConfig
from trainers.encoders.registry import ENCODERS
from trainers.samplers.registry import SAMPLERS
from ui.drafts import Draft
from ui.forms import Form, ask
from ui.objectives import with_distinct_names
from ui.panels.choice import choose, chosen_entry
from ui.panels.data_choice import choose_data
from ui.panels.data_preview import data_facts
from ui.panels.grid_rows import grid_rows
from ui.panels.launcher_choice import device_key, launcher_choice
from ui.panels.loss_rows import add_loss, loss_rows
from ui.panels.recipe_form import recipe_form, without_defaults
from ui.words import plain_markdown

_FIRST = ("epochs", "batch_size", "learning_rate", "seeds")
_MORE = ("watched_samples", "watched_train_samples", "threads", "processes")


def experiment_form() -> Draft:
    """Draw the form and return what was filled in."""
    parts, problems = _data_and_network()
    losses, wrong = loss_rows()
    losses = with_distinct_names(losses) or ["ce"]
    with st.container(horizontal=True):
        add_loss()
        grid, unclear = grid_rows(losses)
    form = ask(ExperimentConfig, "train", only=_FIRST, columns=4)
    unfit, launcher = _more(form)
    problems += wrong + unclear + unfit
    # The rest is still checked, with a loss that is known to be right, so that all sentences appear at once.
    form.values.update(parts, losses=losses, **({"grid": grid} if grid else {}))
    experiment = form.check(ExperimentConfig) if not problems else None
    problems += form.errors.values()
    return Draft(_for_yaml(form.values), experiment if not problems else None, tuple(problems), launcher)


def _data_and_network() -> tuple[dict[str, Any], list[str]]:
    left, right = st.columns(2)
    with left:
        data, data_form = choose_data("train_data", start="digits")
        if data_form.is_valid:
            data_facts(data, data_form.values)
    with right:
        encoder, encoder_form = choose("Network (encoder)", ENCODERS, "train_encoder", start="mlp")
    parts = {"data": chosen_entry(data, data_form), "encoder": chosen_entry(encoder, encoder_form)}
    return parts, [*data_form.errors.values(), *encoder_form.errors.values()]


def _more(form: Form) -> tuple[list[str], str]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False):
        launcher = launcher_choice()
        devices = {device.name: device.title for device in launcher.devices()}
        form.values["device"] = st.selectbox(
            "Device",
            list(devices),
            format_func=lambda name: devices[name],
            key=device_key(launcher.name),
            persist_state="session",
        )
        problems = recipe_form(form)
        more = st.popover("More settings", key="train_more")
    with more:
        sampler, sampler_form = choose("Batches", SAMPLERS, "train_sampler", start="shuffled")
        form.include(ask(ExperimentConfig, "train", only=_MORE, columns=3))
    form.values["sampler"] = chosen_entry(sampler, sampler_form)
    return [*problems, *sampler_form.errors.values()], launcher.name


def _for_yaml(values: dict[str, Any]) -> dict[str, Any]:
    order = ("data", "encoder", "losses", "grid", "seeds", "epochs", "batch_size", "learning_rate", "device")
    values = without_defaults(values)
    first = [name for name in order if name in values]
    return {name: values[name] for name in (*first, *(name for name in values if name not in order))}


def problem_list(problems: tuple[str, ...]) -> None:
    """Say once more, beside the launch button, what is to be put right."""
    st.markdown("\n".join(f"- :red[{plain_markdown(problem)}]" for problem in problems))
