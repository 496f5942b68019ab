"""Choosing the settings of a loss: a small stated grid, scored on validation only."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence

from softsil.terms.recipe import ObjectiveConfig, parse_objective
from softsil.terms.registry import TERMS

Settings = dict[str, float]

# For each loss the first of these terms that it has is tuned; so no loss gets more than twelve tries. The weight only
# where there is another term: alone it would do nothing but scale the gradient, which AdamW undoes.
GRIDS: dict[str, dict[str, tuple[float, ...]]] = {
    "sil": {"weight": (0.1, 0.3, 1.0, 3.0), "temperature": (0.05, 0.1, 0.3)},
    "supcon": {"weight": (0.1, 0.3, 1.0, 3.0), "temperature": (0.05, 0.1, 0.3)},
    "proxynca": {"weight": (0.1, 0.3, 1.0, 3.0), "softmax_scale": (3.0, 10.0, 30.0)},
    "center": {"weight": (0.001, 0.01, 0.1, 1.0)},
}


def grid(loss: str) -> list[Settings]:
    """The settings to try for a loss, ``{"sil.weight": 0.3, "sil.temperature": 0.1}`` and so on; empty for none."""
    terms = parse_objective(loss).terms
    tuned = next((name for name in GRIDS if name in terms), None)
    if tuned is None:
        return []
    fields = {
        f"{tuned}.{field}": values for field, values in GRIDS[tuned].items() if field != "weight" or len(terms) > 1
    }
    return [dict(zip(fields, point, strict=True)) for point in itertools.product(*fields.values())] if fields else []


def with_settings(loss: str, settings: Mapping[str, float], name: str) -> ObjectiveConfig:
    """The objective of a recipe with some settings of its terms changed, under another name."""
    terms = {term: config.model_dump() for term, config in parse_objective(loss).terms.items()}
    for path, value in settings.items():
        term, field = path.split(".")
        terms[term][field] = value
    return parse_objective({"name": name, "terms": terms})


def label(settings: Mapping[str, float]) -> str:
    """The settings in one word each: ``sil.weight=0.3 sil.temperature=0.1``."""
    return " ".join(f"{path}={value:g}" for path, value in settings.items())


def trains_classifier(objective: ObjectiveConfig) -> bool:
    """Whether a term of the loss reads the classifier's logits; if none does, a linear probe judges the loss."""
    return any(TERMS.get(term).reads == "logits" for term in objective.terms)


def best(scores: Sequence[Sequence[float | None]]) -> int:
    """Position of the candidate with the highest mean score; of equals the first.

    Args:
        scores: for each candidate its validation accuracy for each grid seed; None where a run failed, which rules the
            candidate out unless all of them are ruled out.
    """
    means = [
        statistics.fmean(known) if len(known := [s for s in row if s is not None]) == len(row) and row else -math.inf
        for row in scores
    ]
    return max(range(len(means)), key=lambda index: (means[index], -index))
