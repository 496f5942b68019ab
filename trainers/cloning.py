"""A run's settings with some of them changed: what a clone trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from trainers.config import RunConfig
from trainers.entries import explain
from trainers.errors import LaunchError

# A run that differs from another in nothing else can be compared with it on one map.
_MAY_DIFFER = frozenset({"name", "objective", "seed", "device", "threads", "processes", "experiment"})
_ALIASES = {"loss": "objective"}


def cloned(run: RunConfig, changes: Mapping[str, Any]) -> RunConfig:
    """The settings of ``run`` with ``changes``.

    Without a changed name it is called as before, or after its new loss where the loss gave the name. It stays in the
    experiment as long as nothing but the loss, the seed or where it trains is changed.

    Args:
        run: the settings to start from.
        changes: field to value; ``loss`` means ``objective``, and ``data.split_seed`` a setting of the data set.

    Raises:
        LaunchError: a field is unknown or a value out of range; the message names every one of them.
    """
    values = run.model_dump(mode="json")
    for path, value in changes.items():
        _put(values, path.split("."), value)
    try:
        clone = RunConfig(**values)
    except ValidationError as error:
        raise LaunchError("; ".join(explain(error).values())) from error
    if "name" not in changes and run.name == run.objective.name:
        clone = clone.model_copy(update={"name": clone.objective.name})
    comparable = all(getattr(clone, f) == getattr(run, f) for f in RunConfig.model_fields if f not in _MAY_DIFFER)
    return clone if comparable else clone.model_copy(update={"experiment": ""})


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    first, rest = _ALIASES.get(path[0], path[0]), path[1:]
    inner = values.get(first)
    if rest and isinstance(inner, dict):
        _put(inner, rest, value)
    elif rest:
        raise LaunchError(f"{first} has no settings of its own, so {'.'.join(path)} cannot be changed")
    else:
        values[first] = value
