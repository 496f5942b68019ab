"""Cross-entropy over the classifier's logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from softsil.terms.registry import TERMS, TermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class CrossEntropyConfig(TermConfig):
    """Settings of the cross-entropy term."""

    label_smoothing: float = Field(
        0.0, ge=0.0, le=0.9, description="Share of the target probability that is spread over all classes."
    )


def build(config: CrossEntropyConfig, context: TermContext) -> nn.Module:
    """The module that reads logits ``(N, C)`` and labels ``(N,)``."""
    from torch import nn

    return nn.CrossEntropyLoss(label_smoothing=config.label_smoothing)


TERMS.register(
    TermSpec(
        name="ce",
        title="Cross-entropy",
        summary="Makes the classifier right and sure of it; shapes the embedding space only through the classifier.",
        config=CrossEntropyConfig,
        build=build,
        reads="logits",
        across="mean",
        reference="Szegedy et al. 2016, Rethinking the Inception Architecture, arXiv 1512.00567 (label smoothing)",
    )
)
