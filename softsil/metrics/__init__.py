"""Exact geometry of an embedding space: torch in, torch out."""

from softsil.metrics.silhouette import ClassSilhouettes, class_silhouettes, silhouette_samples, silhouette_score

__all__ = ["ClassSilhouettes", "class_silhouettes", "silhouette_samples", "silhouette_score"]
