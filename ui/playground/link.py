"""A loss in a link: its recipe and the settings that differ from the defaults, ``ce+sil~sil.temperature:0.2``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from softsil.errors import SoftsilError
from softsil.terms.recipe import parse_objective
from softsil.terms.registry import TERMS

Settings = dict[str, dict[str, float]]


def write_loss(recipe: str, settings: Mapping[str, Mapping[str, float]]) -> str:
    """The text of a loss for the address."""
    special = [
        f"{term}.{name}:{value:g}"
        for term in recipe.split("+")
        for name, value in settings.get(term, {}).items()
        if value != TERMS.get(term).config.model_fields[name].default
    ]
    return "~".join([recipe, *special])


def read_loss(text: str, otherwise: str) -> tuple[str, Settings]:
    """Recipe and settings of a loss in a link; ``otherwise`` where it makes no sense."""
    recipe, *special = text.split("~")
    settings: Settings = {}
    try:
        for part in special:
            place, _, value = part.partition(":")
            term, _, name = place.partition(".")
            settings.setdefault(term, {})[name] = float(value)
        parse_objective(as_objective(recipe, settings))
    except (SoftsilError, ValueError):
        return otherwise, {}
    return recipe, settings


def as_objective(recipe: str, settings: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The loss as `softsil.terms.recipe.parse_objective` reads it."""
    return {"name": recipe, "terms": {term: dict(settings.get(term, {})) for term in recipe.split("+")}}
