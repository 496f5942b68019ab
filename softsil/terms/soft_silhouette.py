"""The Soft Silhouette term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from softsil.terms.registry import TERMS, TermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class SoftSilhouetteConfig(TermConfig):
    """Settings of the Soft Silhouette term."""

    temperature: float = Field(
        0.1, ge=0.001, le=10.0, description="Softness of the minimum over classes; near 0 it is the true silhouette."
    )
    metric: Literal["cosine", "sqeuclidean", "euclidean"] = Field(
        "cosine", description="Distance between embeddings; euclidean costs N² instead of N·C."
    )
    soft_min: Literal["normalized", "logsumexp"] = Field(
        "normalized", description="Soft minimum over classes; the literal logsumexp is unstable with many classes."
    )
    reduction: Literal["mean", "class_mean"] = Field(
        "mean", description="Average over samples, or over classes so that rare ones weigh as much as frequent ones."
    )


def build(config: SoftSilhouetteConfig, context: TermContext) -> nn.Module:
    """The module that reads embeddings ``(N, d)`` and labels ``(N,)``."""
    from softsil.losses.soft_silhouette import SoftSilhouetteLoss

    return SoftSilhouetteLoss(
        metric=config.metric,
        temperature=config.temperature,
        soft_min=config.soft_min,
        reduction=config.reduction,
    )


TERMS.register(
    TermSpec(
        name="sil",
        title="Soft Silhouette",
        summary="Makes every sample nearer to its own class than to the best competing one, over all classes at once.",
        config=SoftSilhouetteConfig,
        build=build,
        reads="embeddings",
        reference="Todescato & Carbonera 2026, Silhouette Loss, arXiv 2604.08573",
        reading="our reading",
    )
)
