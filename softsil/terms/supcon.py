"""Supervised contrastive learning, on one view or on two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class SupConConfig(EmbeddingTermConfig):
    """Settings of the supervised contrastive term."""

    temperature: float = Field(
        0.1, ge=0.001, le=10.0, description="Lower values look at the nearest neighbours, higher ones at all."
    )
    views: Literal[1, 2] = Field(
        1, description="Augmented views of each sample that are compared; 2 is the paper's setting (SupCon2)."
    )

    @property
    def needs_two_views(self) -> bool:
        """Whether the second view has to be encoded too."""
        return self.views == 2


def build(config: SupConConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's SupConLoss, which reads embeddings ``(N, d)`` or both views stacked ``(2N, d)``."""
    from pytorch_metric_learning.losses import SupConLoss

    loss: nn.Module = SupConLoss(temperature=config.temperature)
    return loss


TERMS.register(
    TermSpec(
        name="supcon",
        title="Supervised contrastive",
        summary="Pulls every pair of one class together and pushes every other pair apart: local, pair by pair.",
        config=SupConConfig,
        build=build,
        reads="embeddings",
        reference="Khosla et al. 2020, Supervised Contrastive Learning, arXiv 2004.11362",
    )
)
