"""What a loss term is, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch import nn

Reads = Literal["logits", "embeddings"]


@dataclass(frozen=True)
class TermContext:
    """What a builder may need to know beyond its config.

    Args:
        num_classes: classes of the data; labels are ``0 … num_classes - 1``.
        embedding_dim: length of what the term reads: one embedding, or one projection of it.
    """

    num_classes: int
    embedding_dim: int


class TermConfig(BaseModel):
    """Settings of one loss term; every term has a weight, which may follow a schedule."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    weight: float = Field(1.0, ge=0.0, le=1000.0, description="Factor of this term in the sum.")
    weight_schedule: Literal["constant", "warmup", "linear", "cosine"] = Field(
        "constant",
        description="How the weight moves: constant, warmup (0 to weight), linear or cosine (weight to final weight).",
    )
    schedule_epochs: int = Field(
        10, ge=1, le=10_000, description="Epochs over which the weight moves; unused when it is constant."
    )
    final_weight: float = Field(0.0, ge=0.0, le=1000.0, description="Weight at the end of a linear or cosine schedule.")

    @property
    def needs_two_views(self) -> bool:
        """Whether this term compares two augmented views of every sample."""
        return False

    @property
    def place(self) -> Literal["embeddings", "projections"] | None:
        """Which output of the network this term is called with, where its settings decide that."""
        return None


class EmbeddingTermConfig(TermConfig):
    """Settings of a term on embeddings, which a run may send through a projection head first."""

    reads: Literal["projection", "embedding"] = Field(
        "projection",
        description="What it reads in a run with a projection head: the output of the head, or the embedding before "
        "it, which the map shows. Without a head both are the same.",
    )

    @property
    def place(self) -> Literal["embeddings", "projections"]:
        """Which output of the network this term is called with."""
        return "projections" if self.reads == "projection" else "embeddings"


@dataclass(frozen=True)
class TermSpec:
    """One entry of the loss registry.

    Args:
        name: what users type in a recipe, e.g. ``"sil"``.
        title: what forms and legends show.
        summary: one sentence: what the term does to the embedding space.
        config: class of its settings.
        build: makes the module from its settings; imports torch itself, so that listing terms stays cheap.
        reads: which output of the network the module is called with.
        reference: where the method comes from.
        across: what its value is made of where a batch is spread over processes: ``"mean"`` over samples, ``"own"``
            for a module with an attribute ``distributed``, ``"gather"`` for anything (see `softsil.losses.across`).
        reading: ``"our reading"`` where the source leaves the formula open, else ``"paper"``.
    """

    name: str
    title: str
    summary: str
    config: type[TermConfig]
    build: Callable[[Any, TermContext], nn.Module]
    reads: Reads
    reference: str
    across: Literal["gather", "mean", "own"] = "gather"
    reading: Literal["paper", "our reading"] = "paper"


TERMS: Registry[TermSpec] = Registry("loss term", "softsil.terms")
