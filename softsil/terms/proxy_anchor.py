"""Proxy-Anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class ProxyAnchorConfig(EmbeddingTermConfig):
    """Settings of the Proxy-Anchor term."""

    margin: float = Field(
        0.1, ge=0.0, le=1.0, description="Cosine similarity that counts as near enough, or far enough, from a proxy."
    )
    alpha: float = Field(
        32.0, ge=1.0, le=128.0, description="Sharpness: higher values look at the hardest samples of a proxy only."
    )


def build(config: ProxyAnchorConfig, context: TermContext) -> nn.Module:
    """pytorch-metric-learning's ProxyAnchorLoss on embeddings ``(N, d)``; its proxies are parameters."""
    from pytorch_metric_learning.losses import ProxyAnchorLoss

    loss: nn.Module = ProxyAnchorLoss(
        num_classes=context.num_classes, embedding_size=context.embedding_dim, margin=config.margin, alpha=config.alpha
    )
    return loss


TERMS.register(
    TermSpec(
        name="proxyanchor",
        title="Proxy-Anchor",
        summary="Every class proxy is an anchor that pulls its own samples and pushes all others, the hardest most.",
        config=ProxyAnchorConfig,
        build=build,
        reads="embeddings",
        reference="Kim et al. 2020, Proxy Anchor Loss for Deep Metric Learning, arXiv 2003.13911",
    )
)
