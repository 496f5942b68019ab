"""Triplet margin loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class TripletConfig(EmbeddingTermConfig):
    """Settings of the triplet term."""

    margin: float = Field(
        0.05, ge=0.0, le=2.0, description="How much nearer a member of the own class must be than a stranger."
    )
    triplets_per_anchor: int = Field(
        0,
        ge=0,
        le=1000,
        description="Random triplets per anchor; 0 takes all, whose number grows with the cube of the batch.",
    )


def build(config: TripletConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's TripletMarginLoss, which reads embeddings ``(N, d)`` and labels ``(N,)``."""
    from pytorch_metric_learning.losses import TripletMarginLoss

    loss: nn.Module = TripletMarginLoss(margin=config.margin, triplets_per_anchor=config.triplets_per_anchor or "all")
    return loss


TERMS.register(
    TermSpec(
        name="triplet",
        title="Triplet",
        summary="Wants every member of the own class nearer than every stranger, by a margin: local, three at a time.",
        config=TripletConfig,
        build=build,
        reads="embeddings",
        reference="Schroff et al. 2015, FaceNet, arXiv 1503.03832; all triplets: Hermans et al. 2017, arXiv 1703.07737",
    )
)
