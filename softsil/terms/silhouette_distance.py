"""Silhouette Distance loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class SilhouetteDistanceConfig(EmbeddingTermConfig):
    """Settings of the Silhouette Distance term."""

    metric: Literal["cosine", "sqeuclidean", "euclidean"] = Field(
        "euclidean", description="Distance between embeddings; euclidean costs N² instead of N·C."
    )
    delta: float = Field(
        1e-4, gt=0.0, le=1.0, description="Lower bound of the denominator, against steep slopes at collapse."
    )


def build(config: SilhouetteDistanceConfig, context: TermContext) -> nn.Module:
    """The module that reads embeddings ``(N, d)`` and labels ``(N,)``."""
    from softsil.losses.silhouette_distance import SilhouetteDistanceLoss

    return SilhouetteDistanceLoss(metric=config.metric, delta=config.delta)


TERMS.register(
    TermSpec(
        name="sildist",
        title="Silhouette Distance",
        summary="Raises the classical silhouette; only the nearest competing class of each sample is pushed away.",
        config=SilhouetteDistanceConfig,
        build=build,
        reads="embeddings",
        reference="Pinitas et al. 2024, Silhouette Distance Loss for Few-Shot Contrastive Representations, PMLR 263",
        reading="our reading",
    )
)
