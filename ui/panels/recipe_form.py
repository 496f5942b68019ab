"""How the network is trained, beyond the first few fields: for whoever wants more than the defaults."""

from __future__ import annotations

from typing import Any

import streamlit as st

from softsil.registry import Registry
from trainers.augmentation.registry import AUGMENTATIONS
from trainers.config import ExperimentConfig
from trainers.heads.registry import HEADS
from trainers.optimizers.registry import OPTIMIZERS
from trainers.recipe import Recipe
from trainers.schedules.registry import SCHEDULES
from ui.forms import Form, ask
from ui.panels.choice import choose, chosen_entry

CHOICES: dict[str, tuple[str, Registry[Any]]] = {
    "optimizer": ("Optimizer", OPTIMIZERS),
    "schedule": ("Learning-rate schedule", SCHEDULES),
    "augmentation": ("Augmentation", AUGMENTATIONS),
    "projection_head": ("Projection head", HEADS),
}
_FIRST = ("learning_rate",)  # asked beside epochs and batch size


def recipe_form(form: Form) -> list[str]:
    """Draw the fields of the recipe, put what was filled in into ``form``, and return what is wrong."""
    problems: list[str] = []
    with st.popover("Recipe", key="train_recipe", help="Optimizer, schedule, augmentation, projection head, precision"):
        columns = st.columns(2)
        for number, (part, (label, registry)) in enumerate(CHOICES.items()):
            with columns[number % 2]:
                entry, settings = choose(label, registry, f"train_{part}", start=_default(part)["name"])
            form.values[part] = chosen_entry(entry, settings)
            problems += settings.errors.values()
        plain = [name for name in Recipe.model_fields if name not in (*CHOICES, *_FIRST)]
        form.include(ask(ExperimentConfig, "train", only=plain, columns=3))
    return problems


def without_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """The values without those parts of the recipe that a file may as well leave out."""
    return {
        name: value
        for name, value in values.items()
        if name not in Recipe.model_fields or name in _FIRST or value != _default(name)
    }


def _default(name: str) -> Any:
    return getattr(Recipe(), name)
