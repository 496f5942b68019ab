"""Exact geometry of an embedding space: torch in, torch out, never an N×N matrix in memory."""

from softsil.metrics.geometry import (
    NeuralCollapse,
    Spread,
    alignment,
    calinski_harabasz,
    class_spread,
    davies_bouldin,
    effective_rank,
    neural_collapse,
    uniformity,
)
from softsil.metrics.retrieval import knn_accuracy, map_at_r, recall_at_k
from softsil.metrics.silhouette import ClassSilhouettes, class_silhouettes, silhouette_samples, silhouette_score

__all__ = [
    "ClassSilhouettes",
    "NeuralCollapse",
    "Spread",
    "alignment",
    "calinski_harabasz",
    "class_silhouettes",
    "class_spread",
    "davies_bouldin",
    "effective_rank",
    "knn_accuracy",
    "map_at_r",
    "neural_collapse",
    "recall_at_k",
    "silhouette_samples",
    "silhouette_score",
    "uniformity",
]
