"""The experiment on Train in the address, as short JSON, so that a link opens the same form."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st
from pydantic import BaseModel

from softsil.errors import SoftsilError
from softsil.terms.recipe import ObjectiveConfig, parse_objective
from trainers.config import ExperimentConfig, read_experiment
from ui import state
from ui.cloning import CHOICES, train_state

EXPERIMENT = "experiment"
_USUAL = {part: getattr(ExperimentConfig(), part)["name"] for part in CHOICES}


def adopt_linked_experiment() -> str:
    """Before the form is drawn: fill it in as a new address asks; return what is wrong with that, or nothing."""
    text = st.query_params.get(EXPERIMENT, "")
    if not text or text == st.session_state[state.EXPERIMENT_IN_LINK]:
        return ""
    st.session_state[state.EXPERIMENT_IN_LINK] = text
    try:
        st.session_state.update(train_state(read(text)))
    except (SoftsilError, ValueError) as error:
        return f"This link's settings cannot be used: {error}"
    return ""


def link_experiment(experiment: ExperimentConfig | None) -> None:
    """After the form is drawn: make the address ask for it; None (something is wrong) leaves the address alone."""
    if experiment is not None:
        st.session_state[state.EXPERIMENT_IN_LINK] = st.query_params[EXPERIMENT] = write(experiment)


def write(experiment: ExperimentConfig) -> str:
    """The experiment as short JSON: only what differs from the defaults."""
    values = experiment.model_dump(mode="json", exclude_defaults=True)
    for part, registry in CHOICES.items():
        if part in values:
            name, settings = values[part]["name"], {k: v for k, v in values[part].items() if k != "name"}
            special = _special(registry.get(name).config(**settings))
            values[part] = {"name": name, **special} if special else name
            if values[part] == _USUAL[part]:
                del values[part]
    values["losses"] = [_loss(loss) for loss in experiment.losses]
    return json.dumps(values, separators=(",", ":"))


def read(text: str) -> ExperimentConfig:
    """The experiment that :func:`write` wrote.

    Raises:
        ValueError: not JSON.
        LaunchError: not an experiment; the message names every wrong field.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError(f"expected the settings of an experiment, got {text[:80]!r}")
    return read_experiment(values)


def _loss(loss: ObjectiveConfig) -> Any:
    try:
        if parse_objective(loss.name) == loss:
            return loss.name
    except SoftsilError:  # a name that somebody made up
        pass
    return {"name": loss.name, "terms": {term: _special(config) for term, config in loss.terms.items()}}


def _special(config: BaseModel) -> dict[str, Any]:
    return config.model_dump(mode="json", exclude_defaults=True)
