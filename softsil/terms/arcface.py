"""ArcFace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class ArcFaceConfig(EmbeddingTermConfig):
    """Settings of the ArcFace term."""

    margin: float = Field(
        28.6,
        ge=0.0,
        le=90.0,
        description="Angle in degrees by which a sample must be nearer to its class direction than to others.",
    )
    scale: float = Field(
        64.0, ge=1.0, le=256.0, description="Factor of the cosines before the softmax; higher is sharper."
    )


def build(config: ArcFaceConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's ArcFaceLoss on embeddings ``(N, d)``; its class directions are parameters."""
    from pytorch_metric_learning.losses import ArcFaceLoss

    loss: nn.Module = ArcFaceLoss(
        num_classes=context.num_classes, embedding_size=context.embedding_dim, margin=config.margin, scale=config.scale
    )
    return loss


TERMS.register(
    TermSpec(
        name="arcface",
        title="ArcFace",
        summary="Softmax over angles to learned class directions with a margin, so that classes become tight cones.",
        config=ArcFaceConfig,
        build=build,
        reads="embeddings",
        across="mean",
        reference="Deng et al. 2019, ArcFace, arXiv 1801.07698",
    )
)
