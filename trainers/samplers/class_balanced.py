"""P classes × K samples in every batch, so that batch-level losses always meet enough of every class."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trainers.samplers.registry import SAMPLERS, Batches, SamplerConfig, SamplerSpec


class ClassBalancedConfig(SamplerConfig):
    """Settings of the balanced batches."""

    samples_per_class: int = Field(
        8, ge=2, le=512, description="Samples of each class in a batch; the batch size divided by it is the classes."
    )


def class_balanced_batches(
    config: ClassBalancedConfig, labels: NDArray[np.int64], batch_size: int, rng: np.random.Generator
) -> Batches:
    """As many batches as an epoch of shuffled ones; rare classes come more than once, frequent ones not whole."""
    classes = np.unique(labels)
    per_batch = min(len(classes), max(2, batch_size // config.samples_per_class))
    streams = {label: _endless(np.flatnonzero(labels == label), rng) for label in classes.tolist()}
    turns = _endless(classes, rng)
    batches: Batches = []
    for _ in range(max(1, len(labels) // (per_batch * config.samples_per_class))):
        chosen = _distinct(turns, per_batch)
        rows = [next(streams[label]) for label in chosen for _ in range(config.samples_per_class)]
        batches.append(np.asarray(rows, dtype=np.int64))
    return batches


def _endless(values: NDArray[np.int64], rng: np.random.Generator) -> Iterator[int]:
    while True:
        yield from rng.permutation(values).tolist()


def _distinct(stream: Iterator[int], count: int) -> list[int]:
    chosen: dict[int, None] = {}
    while len(chosen) < count:
        chosen.setdefault(next(stream))
    return list(chosen)


SAMPLERS.register(
    SamplerSpec(
        name="class_balanced",
        title="Class-balanced",
        summary="Equally many samples of each of several classes in every batch, for losses that compare classes.",
        config=ClassBalancedConfig,
        batches=class_balanced_batches,
    )
)
