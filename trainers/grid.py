"""A grid: settings that vary within an experiment; every combination of their values is a run."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from softsil.terms.recipe import ObjectiveConfig, parse_objective
from softsil.terms.registry import TERMS

Grid = Mapping[str, Sequence[Any]]

# The runs of an experiment are compared on one map, so these are the same for all of them.
SHARED = ("name", "data", "watched_samples", "watched_train_samples", "record_every", "device", "threads")


@dataclass(frozen=True)
class Point:
    """One combination of values.

    Attributes:
        objective: the loss with its settings of this point; its name tells it from the other points.
        fields: the other fields of a run that change, by name.
    """

    objective: ObjectiveConfig
    fields: dict[str, Any]


def points(objective: ObjectiveConfig, shared: Mapping[str, Any], grid: Grid) -> Iterator[Point]:
    """Every combination for one loss; settings of terms that it does not have pass it by.

    Args:
        objective: the loss.
        shared: the fields that all runs have, by name.
        grid: path such as ``sil.temperature``, ``learning_rate`` or ``encoder.embedding_dim`` to the values to try.

    Raises:
        InvalidObjectiveError: a term does not take a value.
    """
    mine = {path: values for path, values in grid.items() if _head(path) in {*shared, *objective.terms}}
    for values in itertools.product(*mine.values()):
        yield _point(objective, shared, dict(zip(mine, values, strict=True)))


def check_paths(grid: Grid, objectives: Collection[ObjectiveConfig], shared: Mapping[str, Any]) -> None:
    """Look whether every path names something that may vary and has values.

    Raises:
        ValueError: one does not; the message says what would be right.
    """
    terms = sorted({term for objective in objectives for term in objective.terms})
    free = [name for name in shared if name not in SHARED]
    for path, values in grid.items():
        head = _head(path)
        if head in SHARED:
            raise ValueError(f"{path} cannot vary: {head} is the same for all runs of an experiment")
        if head not in free and head not in terms:
            known = "is in none of the losses" if head in TERMS.names() else "is neither a term nor a setting"
            raise ValueError(f"{path} cannot vary: {head} {known}; choose from {', '.join([*terms, *free])}")
        if "." in path and head in free and not isinstance(shared[head], Mapping):
            raise ValueError(f"{path} cannot vary: {head} has no settings of its own")
        if "." not in path and head in terms:
            raise ValueError(f"{path} needs a setting of the term, such as {path}.weight")
        if not values:
            raise ValueError(f"{path} needs at least one value to try")
        twice = [value for position, value in enumerate(values) if value in values[:position]]
        if twice:
            raise ValueError(f"{path} lists {_plain(twice[0])} twice")


def label(chosen: Mapping[str, Any]) -> str:
    """The values in a few words: ``temperature=0.05 learning_rate=0.01``."""
    last = [path.rpartition(".")[2] for path in chosen]
    return " ".join(
        f"{word if last.count(word) == 1 else path}={_plain(value)}"
        for word, (path, value) in zip(last, chosen.items(), strict=True)
    )


def _point(objective: ObjectiveConfig, shared: Mapping[str, Any], chosen: Mapping[str, Any]) -> Point:
    terms = {term: config.model_dump() for term, config in objective.terms.items()}
    fields: dict[str, Any] = {}
    for path, value in chosen.items():
        head, _, setting = path.partition(".")
        if head in terms:
            terms[head][setting] = value
        elif setting:
            fields[head] = {**fields.get(head, shared[head]), setting: value}
        else:
            fields[head] = value
    name = f"{objective.name} {label(chosen)}".strip()
    return Point(parse_objective({"name": name, "terms": terms}), fields)


def _head(path: str) -> str:
    return path.partition(".")[0]


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return str(value.get("name"))
    return "-".join(map(_plain, value)) if isinstance(value, (list, tuple)) else str(value)
