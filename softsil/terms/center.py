"""Center loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class CenterConfig(EmbeddingTermConfig):
    """Settings of the center term."""

    weight: float = Field(
        0.01, ge=0.0, le=1000.0, description="Factor of this term in the sum; large values shrink the whole space."
    )


def build(config: CenterConfig, context: TermContext) -> nn.Module:
    """The module that reads embeddings ``(N, d)``; its centers are parameters."""
    from softsil.losses.center import CenterLoss

    return CenterLoss(context.num_classes, context.embedding_dim)


TERMS.register(
    TermSpec(
        name="center",
        title="Center",
        summary="Pulls every sample to a learned center of its class; needs a companion that pushes classes apart.",
        config=CenterConfig,
        build=build,
        reads="embeddings",
        across="mean",
        reference="Wen et al. 2016, A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV",
        reading="our reading",
    )
)
