"""Every sample once an epoch, in random order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainers.samplers.registry import SAMPLERS, Batches, SamplerConfig, SamplerSpec


class ShuffledConfig(SamplerConfig):
    """No settings."""


def shuffled_batches(
    config: ShuffledConfig, labels: NDArray[np.int64], batch_size: int, rng: np.random.Generator
) -> Batches:
    """Batches of ``batch_size``; a last batch of a single sample joins the one before it."""
    order = rng.permutation(len(labels))
    cuts = list(range(batch_size, len(labels), batch_size))
    if cuts and len(labels) - cuts[-1] == 1:
        cuts.pop()
    return np.split(order, cuts)


SAMPLERS.register(
    SamplerSpec(
        name="shuffled",
        title="Shuffled",
        summary="Every sample once an epoch, in random order; classes in a batch as they come.",
        config=ShuffledConfig,
        batches=shuffled_batches,
    )
)
