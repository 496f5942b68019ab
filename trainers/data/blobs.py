"""Gaussian clouds in many dimensions: data whose geometry is known, to see what a loss does to it."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from trainers.data.dataset import Dataset, split_by_class
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec, SplitDataConfig


class BlobsConfig(SplitDataConfig):
    """Settings of the clouds."""

    samples: int = Field(1200, ge=40, le=100_000, description="How many points in all classes together.")
    classes: int = Field(6, ge=2, le=100, description="How many clouds, one a class.")
    dimensions: int = Field(16, ge=2, le=512, description="How many coordinates a point has.")
    overlap: float = Field(0.6, ge=0.0, le=5.0, description="Spread of a cloud relative to the distance of centers.")
    data_seed: int = Field(0, ge=0, description="Seed that places the clouds and their points.")


def load_blobs(config: BlobsConfig) -> Dataset:
    """Points, float32 ``[n, dimensions]``, classes as even in size as they can be.

    Raises:
        DataError: fewer than four points for some class.
    """
    rng = np.random.default_rng(config.data_seed)
    labels = np.arange(config.samples) % config.classes
    centers = rng.normal(size=(config.classes, config.dimensions))
    points = centers[labels] + config.overlap * rng.normal(size=(config.samples, config.dimensions))
    return split_by_class(
        points.astype(np.float32),
        labels,
        [f"cloud {index + 1}" for index in range(config.classes)],
        fractions=(config.validation_fraction, config.test_fraction),
        seed=config.split_seed,
    )


def _facts(config: BlobsConfig) -> DataFacts:
    return DataFacts(config.samples, config.classes, (config.dimensions,), "none: made on the spot", "drawn at random")


DATA_SETS.register(
    DataSpec(
        name="blobs",
        title="Gaussian clouds",
        summary="Random clouds of points, one a class, overlapping as much as you like; made on the spot.",
        config=BlobsConfig,
        read=load_blobs,
        facts=_facts,
    )
)
