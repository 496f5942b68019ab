"""From what a person filled in to the losses of an experiment: plain data, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from softsil.terms.recipe import ObjectiveConfig

_NAME_LENGTH = 72


def changed_settings(standard: ObjectiveConfig, terms: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The settings of each term that differ from the recipe's own."""
    changed: dict[str, dict[str, Any]] = {}
    for term, config in standard.terms.items():
        usual = config.model_dump()
        changed[term] = {name: value for name, value in terms.get(term, {}).items() if value != usual.get(name)}
    return changed


def objective_entry(recipe: str, standard: ObjectiveConfig, terms: Mapping[str, Mapping[str, Any]]) -> Any:
    """One entry of an experiment's ``losses``: the recipe alone where nothing was changed, else name and terms."""
    changed = changed_settings(standard, terms)
    if not any(changed.values()):
        return recipe
    words = [f"{name} {value}" for settings in changed.values() for name, value in settings.items()]
    return {
        "name": f"{recipe} ({', '.join(words)})"[:_NAME_LENGTH],
        "terms": {term: dict(terms.get(term, {})) for term in standard.terms},
    }


def with_distinct_names(entries: Sequence[Any]) -> list[Any]:
    """The same entries without repetition, those that share a name but not their terms numbered."""
    distinct: list[Any] = []
    for entry in entries:
        if entry in distinct:
            continue
        distinct.append(entry)
    taken: set[str] = set()
    return [_renamed(entry, taken) for entry in distinct]


def _renamed(entry: Any, taken: set[str]) -> Any:
    name = entry if isinstance(entry, str) else entry["name"]
    count = 1
    while (numbered := name if count == 1 else f"{name} #{count}") in taken:
        count += 1
    taken.add(numbered)
    return entry if isinstance(entry, str) else {**entry, "name": numbered}
