"""Settings of an experiment or a run as the state of Train's widgets, so that the form opens filled in with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import BaseModel

from softsil.errors import SoftsilError
from softsil.registry import Registry
from softsil.runs.paths import RunPaths, runs_root
from softsil.terms.recipe import ObjectiveConfig, parse_objective
from softsil.terms.registry import TERMS, TermConfig
from trainers.augmentation.registry import AUGMENTATIONS
from trainers.config import ExperimentConfig, TrainingConfig, read_run
from trainers.data.registry import DATA_SETS
from trainers.encoders.registry import ENCODERS
from trainers.heads.registry import HEADS
from trainers.launchers.queue import LOCAL
from trainers.launchers.registry import launcher_of
from trainers.optimizers.registry import OPTIMIZERS
from trainers.samplers.registry import SAMPLERS
from trainers.schedules.registry import SCHEDULES
from ui import state
from ui.fields import fields_of
from ui.panels.launcher_choice import device_key

CHOICES: dict[str, Registry[Any]] = {
    "data": DATA_SETS,
    "encoder": ENCODERS,
    "sampler": SAMPLERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
    "projection_head": HEADS,
}
_PLAIN_KINDS = ("switch", "integer", "number", "choice", "integers", "text")


def fill_train_form(run_id: str) -> None:
    """Make Train open with the settings of a run.

    Raises:
        SoftsilError: its settings cannot be read, or make no sense any more.
    """
    paths = RunPaths(runs_root(), run_id)
    run = read_run(paths)
    shared = {name: value for name, value in run if name in TrainingConfig.model_fields}
    experiment = ExperimentConfig(**shared, losses=[run.objective], seeds=[run.seed])
    st.session_state.update(train_state(experiment, launcher_of(paths).name))


def train_state(experiment: ExperimentConfig, launcher: str = LOCAL) -> dict[str, Any]:
    """Keys of Train's widgets and what they hold for ``experiment``."""
    values = experiment.model_dump()
    shared = [item.name for item in fields_of(ExperimentConfig) if item.kind in _PLAIN_KINDS and item.name in values]
    filled = _widgets(ExperimentConfig, {name: values[name] for name in shared if name != "device"}, "train")
    for part, registry in CHOICES.items():
        chosen = values[part]
        filled[f"train_{part}"] = chosen["name"]
        filled |= _widgets(registry.get(chosen["name"]).config, chosen, f"train_{part}_{chosen['name']}")
    for row, objective in enumerate(experiment.losses):
        filled |= _loss(row, objective)
    for path, tried in experiment.grid.items():
        filled[f"{state.GRID_SETTINGS}_{path}"] = ", ".join(json.dumps(value) for value in tried)
    return filled | {
        "train_launcher": launcher,
        device_key(launcher): experiment.device,
        state.LOSS_ROWS: tuple(range(len(experiment.losses))),
        state.GRID_SETTINGS: list(experiment.grid),
    }


def _loss(row: int, objective: ObjectiveConfig) -> dict[str, Any]:
    recipe = _recipe(objective)
    usual = parse_objective(recipe)
    filled: dict[str, Any] = {f"train_loss_{row}": recipe}
    for term, config in objective.terms.items():
        prefix = f"train_loss_{row}_{recipe}_{term}"
        filled |= _widgets(TERMS.get(term).config, config.model_dump(), prefix)
        schedule = set(TermConfig.model_fields) - {"weight"}
        filled[f"{prefix}_moves"] = any(getattr(config, name) != getattr(usual.terms[term], name) for name in schedule)
    return filled


def _recipe(objective: ObjectiveConfig) -> str:
    """The name where it is a recipe of these terms, else the terms themselves."""
    try:
        if set(parse_objective(objective.name).terms) == set(objective.terms):
            return objective.name
    except SoftsilError:  # a name that somebody made up
        pass
    return "+".join(objective.terms)


def _widgets(config: type[BaseModel], values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The same keys that ``ui.forms.ask`` gives the widgets of ``config``."""
    filled: dict[str, Any] = {}
    for item in fields_of(config):
        if item.name not in values:
            continue
        key, value = f"{prefix}_{item.name}", values[item.name]
        if item.group is not None:
            filled |= _widgets(item.group, value, key)
        elif item.kind == "integers":
            filled[key] = ", ".join(str(number) for number in value)
        elif item.kind == "number":
            filled[key] = None if value is None else float(value)
        else:
            filled[key] = value
    return filled
