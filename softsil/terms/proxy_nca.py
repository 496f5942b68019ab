"""Proxy-NCA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class ProxyNCAConfig(EmbeddingTermConfig):
    """Settings of the Proxy-NCA term."""

    softmax_scale: float = Field(
        10.0, ge=0.1, le=100.0, description="Sharpness of the choice among proxies; higher looks at the nearest only."
    )


def build(config: ProxyNCAConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's ProxyNCALoss on embeddings ``(N, d)``; its proxies are parameters."""
    from pytorch_metric_learning.losses import ProxyNCALoss

    loss: nn.Module = ProxyNCALoss(
        num_classes=context.num_classes, embedding_size=context.embedding_dim, softmax_scale=config.softmax_scale
    )
    return loss


TERMS.register(
    TermSpec(
        name="proxynca",
        title="Proxy-NCA",
        summary="Gives every class one learned proxy and pulls its samples there, away from the other proxies.",
        config=ProxyNCAConfig,
        build=build,
        reads="embeddings",
        reference="Movshovitz-Attias et al. 2017, No Fuss Distance Metric Learning using Proxies, arXiv 1703.07464",
    )
)
