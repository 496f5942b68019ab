"""The table of batch samplers: which samples share a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from softsil.registry import Registry

Batches = list[NDArray[np.int64]]


class SamplerConfig(BaseModel):
    """Settings of a sampler."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class SamplerSpec:
    """One entry of the sampler registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what it does to a batch.
        config: class of its settings.
        batches: makes the batches of one epoch, from settings, labels ``[n]``, batch size and a seeded generator.
    """

    name: str
    title: str
    summary: str
    config: type[SamplerConfig]
    batches: Callable[[Any, NDArray[np.int64], int, np.random.Generator], Batches]


SAMPLERS: Registry[SamplerSpec] = Registry("batch sampler", "trainers.samplers")
