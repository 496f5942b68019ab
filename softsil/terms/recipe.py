"""Reads what a user asks for, ``"ce+sil"`` or a mapping with settings, into a checked objective config."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, model_validator

from softsil.errors import InvalidObjectiveError, UnknownNameError
from softsil.terms.registry import TERMS, TermConfig

# Short names for a term with one setting changed.
SHORTHANDS: dict[str, tuple[str, dict[str, Any]]] = {"supcon2": ("supcon", {"views": 2})}

# What the app offers first; any other sum of terms is as good.
RECIPES = (
    "ce",
    "sil",
    "supcon",
    "ce+sil",
    "ce+supcon",
    "ce+sil+supcon",
    "supcon2",
    "ce+supcon2",
    "ce+sil+supcon2",
)


class ObjectiveConfig(BaseModel):
    """A weighted sum of loss terms: its name and the settings of each term.

    Wherever a model has a field of this type, a recipe string or a mapping is read as `parse_objective` reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80, description="What legends and run names call this objective.")
    terms: dict[str, SerializeAsAny[TermConfig]] = Field(
        min_length=1, description="Settings of each loss term, by the term's registered name."
    )

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        try:
            name, terms = _read_objective(value)
        except UnknownNameError as error:
            raise ValueError(str(error)) from error
        return {"name": name, "terms": terms}

    @property
    def needs_two_views(self) -> bool:
        """Whether any term compares two augmented views."""
        return any(config.needs_two_views for config in self.terms.values())


def parse_objective(value: str | Mapping[str, Any] | ObjectiveConfig) -> ObjectiveConfig:
    """The objective that ``value`` describes.

    Args:
        value: a recipe, i.e. registered term names joined by ``+`` (``"ce+sil"``; ``"supcon2"`` is ``supcon`` on two
            views), or ``{"name": …, "terms": {"ce": {}, "sil": {"weight": 0.5}}}``; without a name it is the recipe.

    Raises:
        UnknownNameError: a term is not registered.
        InvalidObjectiveError: a setting is unknown or out of range, a term comes twice, or nothing is left to
            minimise.

    Example:
        >>> list(parse_objective("ce+sil").terms)
        ['ce', 'sil']
    """
    if isinstance(value, ObjectiveConfig):
        return value
    name, terms = _read_objective(value)
    return ObjectiveConfig(name=name, terms=terms)


def _read_objective(value: Any) -> tuple[str, dict[str, TermConfig]]:
    if isinstance(value, str):
        names = [part.strip() for part in value.split("+")]
        if not all(names):
            raise InvalidObjectiveError(f"a recipe is term names joined by +, such as 'ce+sil'; got {value!r}")
        return "+".join(names), _read_terms([(name, {}) for name in names])
    if isinstance(value, ObjectiveConfig):
        return value.name, dict(value.terms)
    if not isinstance(value, Mapping):
        raise InvalidObjectiveError(f"a loss is a recipe such as 'ce+sil' or a mapping with terms, got {value!r}")
    extra = set(value) - {"name", "terms"}
    terms = value.get("terms")
    if extra or not isinstance(terms, Mapping) or not terms:
        raise InvalidObjectiveError(
            f"a loss given as a mapping has 'terms' (term name to settings) and a 'name', got {dict(value)!r}"
        )
    return str(value.get("name") or "+".join(terms)), _read_terms(list(terms.items()))


def _read_terms(items: list[tuple[str, Any]]) -> dict[str, TermConfig]:
    configs: dict[str, TermConfig] = {}
    for name, settings in items:
        term, preset = SHORTHANDS.get(name, (name, {}))
        if term in configs:
            raise InvalidObjectiveError(f"the loss term {term!r} comes twice; give it once, with the weight you want")
        configs[term] = _read_term(term, preset, settings)
    if not any(config.weight or config.final_weight for config in configs.values()):
        raise InvalidObjectiveError("every loss term has weight 0, so there is nothing to minimise")
    return configs


def _read_term(term: str, preset: dict[str, Any], settings: Any) -> TermConfig:
    config = TERMS.get(term).config
    if isinstance(settings, config):
        return settings
    if not isinstance(settings, Mapping | None):
        raise InvalidObjectiveError(f"the settings of the loss term {term!r} must be a mapping, got {settings!r}")
    try:
        return config(**{**preset, **(settings or {})})
    except ValidationError as error:
        raise InvalidObjectiveError(_sentence(term, config, error)) from error


def _sentence(term: str, config: type[TermConfig], error: ValidationError) -> str:
    first = error.errors()[0]
    if not first["loc"]:
        return f"the loss term {term!r}: {first['msg'].removeprefix('Value error, ')}"
    field = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(field, config.model_fields, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return f"the loss term {term!r} has no setting {field!r}.{hint} It has: {', '.join(config.model_fields)}."
    rule = first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"the loss term {term!r}: {field} must be {rule}, got {first['input']!r}"
