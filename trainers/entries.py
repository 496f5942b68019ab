"""Fields of a config that choose a registry entry: its name and its settings in one mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from softsil.errors import UnknownNameError
from softsil.registry import Registry


class Entry(Protocol):
    """A registry entry with settings."""

    @property
    def name(self) -> str:
        """What users type."""

    @property
    def config(self) -> type[BaseModel]:
        """Class of its settings."""


E = TypeVar("E", bound=Entry)


def read_entry(registry: Registry[Any], value: Any) -> dict[str, Any]:
    """``"digits"`` or ``{"name": "digits", …}`` → the name and all settings, checked.

    Raises:
        ValueError: no such entry, or wrong settings; the message names each.
    """
    chosen = {"name": value} if isinstance(value, str) else value
    if not isinstance(chosen, Mapping) or not isinstance(chosen.get("name"), str):
        raise ValueError(f"expected the name of a {registry.kind}, or a mapping with its name and settings")
    try:
        entry, settings = chosen_entry(registry, chosen)
    except UnknownNameError as error:
        raise ValueError(str(error)) from error
    except ValidationError as error:
        raise ValueError(f"{chosen['name']}: " + "; ".join(explain(error).values())) from error
    return {"name": entry.name, **settings.model_dump(mode="json")}


def chosen_entry(registry: Registry[E], chosen: Mapping[str, Any]) -> tuple[E, Any]:
    """The entry that a mapping names, and its settings as an object of the entry's config class."""
    entry = registry.get(chosen["name"])
    return entry, entry.config(**{name: value for name, value in chosen.items() if name != "name"})


def explain(error: ValidationError) -> dict[str, str]:
    """One sentence for each wrong field, by the field's dotted name; what concerns the whole comes under ``""``."""
    sentences: dict[str, str] = {}
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "there is no such setting"
        elif problem["type"] != "value_error":
            message = f"{message.replace('Input should be', 'should be')}, got {problem['input']!r}"
        sentences.setdefault(where, f"{where}: {message}" if where else message)
    return sentences
