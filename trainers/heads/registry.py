"""The table of projection heads: what may stand between the embedding and the losses that compare samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch import nn


class HeadConfig(BaseModel):
    """Settings of a projection head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def width(self, embedding_dim: int) -> int:
        """Length of what it makes of an embedding of length ``embedding_dim``."""
        return embedding_dim


@dataclass(frozen=True)
class HeadSpec:
    """One entry of the registry of projection heads.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it does.
        config: class of its settings.
        build: makes the module ``[n, embedding_dim] → [n, width]``; None: the losses read the embedding itself.
    """

    name: str
    title: str
    summary: str
    config: type[HeadConfig]
    build: Callable[[Any, int], nn.Module | None]


HEADS: Registry[HeadSpec] = Registry("projection head", "trainers.heads")
