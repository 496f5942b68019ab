"""Experiments that are one click away."""

from __future__ import annotations

from softsil.terms.recipe import parse_objective
from trainers.config import ExperimentConfig


def show_me() -> ExperimentConfig:
    """Two runs on the digits that differ only in the loss: cross-entropy, and cross-entropy + Soft Silhouette."""
    return ExperimentConfig(
        name="Show me",
        data={"name": "digits"},
        encoder={"name": "mlp"},
        losses=[parse_objective(recipe) for recipe in ("ce", "ce+sil")],
        epochs=40,
    )
