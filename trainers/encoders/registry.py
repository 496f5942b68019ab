"""The table of encoders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from softsil.registry import Registry

if TYPE_CHECKING:
    from torch import nn

    from trainers.data.fetching.package import Package

Shape = tuple[int, ...]


class EncoderConfig(BaseModel):
    """Settings that every encoder has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedding_dim: int = Field(32, ge=2, le=2048, description="Length of the embedding that the losses and maps see.")


@dataclass(frozen=True)
class EncoderSpec:
    """One entry of the encoder registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it is good for.
        config: class of its settings.
        build: makes the module ``inputs → embeddings [n, embedding_dim]`` for inputs of the given shape, with random
            weights.
        accepts: whether it can read inputs of this shape.
        expects: what ``accepts`` asks for, in words.
        parallel: whether more than one processor thread makes it faster; small networks get slower.
        rough_microseconds: training time of one sample of a shape on a laptop's processor, for a first guess of how
            long a run takes; None where nothing is known.
        load_weights: puts the published weights that the settings ask for into what ``build`` made.
        frozen_part: the part of the network that the settings keep as it is, weights loaded: it runs over the data
            once, and ``build`` is then asked for inputs ``[features]`` that it makes; None: all of it learns.
        package: the package that ships its weights, if one does.
    """

    name: str
    title: str
    summary: str
    config: type[EncoderConfig]
    build: Callable[[Any, Shape], nn.Module]
    accepts: Callable[[Shape], bool]
    expects: str
    parallel: bool = True
    rough_microseconds: Callable[[Any, Shape], float | None] = lambda config, shape: None
    load_weights: Callable[[Any, nn.Module], None] = lambda config, module: None
    frozen_part: Callable[[Any, Shape], nn.Module | None] = lambda config, shape: None
    package: Package | None = None


ENCODERS: Registry[EncoderSpec] = Registry("encoder", "trainers.encoders")
