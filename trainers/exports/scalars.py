"""What trackers of experiments store of a run: numbers by step, settings, embeddings with labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from softsil.runs.reader import RunReader


class Scalar(NamedTuple):
    """One number of a run.

    Attributes:
        name: ``split/name``, for instance ``validation/accuracy`` or ``watched/silhouette/cat``.
        value: the number.
        epoch: after this epoch.
        time: seconds since 1970.
    """

    name: str
    value: float
    epoch: int
    time: float


def scalars(reader: RunReader) -> Iterator[Scalar]:
    """All numbers of a run, by epoch; values per class are named after the class."""
    samples = reader.samples
    classes = samples.class_names if samples else []
    for row in reader.history():
        for name, value in row.items():
            if name in ("epoch", "step", "split", "time"):
                continue
            for path, number in _numbers(name, value, classes):
                yield Scalar(f"{row['split']}/{path}", number, row["epoch"], float(row.get("time") or 0.0))


def settings(reader: RunReader) -> dict[str, Any]:
    """The settings of a run, nested ones as ``data.name``, lists as text."""
    return dict(_flatten(reader.config.get("config") or {}))


def _numbers(name: str, value: Any, classes: list[str]) -> Iterator[tuple[str, float]]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield name, float(value)
    elif isinstance(value, list):
        named = classes if len(classes) == len(value) else [str(position) for position in range(len(value))]
        path = name.removesuffix("_per_class")
        for label, number in zip(named, value, strict=True):
            if isinstance(number, int | float):
                yield f"{path}/{label}", float(number)


def _flatten(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from _flatten(item, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", item if isinstance(item, str | int | float | bool) else str(item)
