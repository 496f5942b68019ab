"""The Soft Silhouette term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from softsil.terms.registry import TERMS, EmbeddingTermConfig, TermContext, TermSpec

if TYPE_CHECKING:
    from torch import nn


class SoftSilhouetteConfig(EmbeddingTermConfig):
    """Settings of the Soft Silhouette term."""

    temperature: float = Field(
        0.1, ge=0.001, le=10.0, description="Softness of the minimum over classes; near 0 it is the true silhouette."
    )
    final_temperature: float = Field(
        0.1, ge=0.001, le=10.0, description="Temperature at the end of its schedule; unused when it is constant."
    )
    temperature_schedule: Literal["constant", "linear", "cosine"] = Field(
        "constant", description="How the temperature moves to the final one over the schedule's epochs."
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
    memory: float = Field(
        0.0,
        ge=0.0,
        le=0.999,
        description="Share of class sums kept between batches, so that absent classes count; 0 is off; cosine only.",
    )

    @model_validator(mode="after")
    def _memory_is_cosine(self) -> SoftSilhouetteConfig:
        if self.memory and self.metric != "cosine":
            raise ValueError(f"memory works with the cosine metric only, got metric {self.metric!r}")
        return self


def build(config: SoftSilhouetteConfig, context: TermContext) -> nn.Module:
    """The module that reads embeddings ``(N, d)`` and labels ``(N,)``."""
    from softsil.losses.class_memory import ClassMemory
    from softsil.losses.schedule import Schedule
    from softsil.losses.soft_silhouette import SoftSilhouetteLoss

    memory = ClassMemory(context.num_classes, context.embedding_dim, config.memory) if config.memory else None
    return SoftSilhouetteLoss(
        metric=config.metric,
        temperature=Schedule(
            config.temperature, config.final_temperature, config.schedule_epochs, config.temperature_schedule
        ),
        soft_min=config.soft_min,
        reduction=config.reduction,
        memory=memory,
    )


TERMS.register(
    TermSpec(
        name="sil",
        title="Soft Silhouette",
        summary="Makes every sample nearer to its own class than to the best competing one, over all classes at once.",
        config=SoftSilhouetteConfig,
        build=build,
        reads="embeddings",
        across="own",
        reference="Todescato & Carbonera 2026, Silhouette Loss, arXiv 2604.08573",
        reading="our reading",
    )
)
