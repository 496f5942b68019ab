"""How good a run is: by its own classifier where the loss trains one, else by a linear probe on frozen embeddings."""

from __future__ import annotations

from typing import Any

from softsil.runs.reader import RunReader
from softsil.runs.status import State
from softsil.terms.recipe import parse_objective
from trainers.bench.tuning import trains_classifier


def validation_accuracy(reader: RunReader) -> float | None:
    """Accuracy on the validation split after the last epoch, in 0…1; None for a run that did not end well.

    It reads nothing that depends on the test split: all choices rest on it.
    """
    if reader.status.state is not State.DONE:
        return None
    return _last(reader, "validation" if owns_classifier(reader) else "probe", "accuracy")


def test_accuracy(reader: RunReader) -> float | None:
    """Accuracy on the test split, in 0…1; None for a run that did not end well."""
    if reader.status.state is not State.DONE:
        return None
    return _last(reader, "test", "accuracy" if owns_classifier(reader) else "probe_accuracy")


def owns_classifier(reader: RunReader) -> bool:
    """Whether the loss of the run trains the classifier."""
    return trains_classifier(parse_objective(reader.config["config"]["objective"]))


def _last(reader: RunReader, split: str, name: str) -> float | None:
    rows: list[dict[str, Any]] = reader.history(split)
    return rows[-1].get(name) if rows else None
