"""Multi-Similarity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class MultiSimilarityConfig(EmbeddingTermConfig):
    """Settings of the Multi-Similarity term."""

    alpha: float = Field(
        2.0, ge=0.1, le=100.0, description="Weight of hard positives: how strongly far members of a class are pulled."
    )
    beta: float = Field(
        50.0, ge=0.1, le=200.0, description="Weight of hard negatives: how strongly near strangers are pushed."
    )
    base: float = Field(0.5, ge=-1.0, le=1.0, description="Cosine similarity that divides near from far.")


def build(config: MultiSimilarityConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's MultiSimilarityLoss, which reads embeddings ``(N, d)`` and labels ``(N,)``."""
    from pytorch_metric_learning.losses import MultiSimilarityLoss

    loss: nn.Module = MultiSimilarityLoss(alpha=config.alpha, beta=config.beta, base=config.base)
    return loss


TERMS.register(
    TermSpec(
        name="multisim",
        title="Multi-Similarity",
        summary="Pulls and pushes pairs by how hard they are, compared with the other pairs of the same anchor.",
        config=MultiSimilarityConfig,
        build=build,
        reads="embeddings",
        reference="Wang et al. 2019, Multi-Similarity Loss with General Pair Weighting, arXiv 1904.06627",
    )
)
