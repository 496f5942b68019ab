"""The table of data sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from softsil.registry import Registry

if TYPE_CHECKING:
    from trainers.data.dataset import Dataset


class DataConfig(BaseModel):
    """Settings that every data set has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation_fraction: float = Field(
        0.25, ge=0.05, le=0.45, description="Share of every class held out to measure each epoch."
    )
    split_seed: int = Field(0, ge=0, description="Seed of the split; the same for all runs you want to compare.")

    @property
    def train_share(self) -> float:
        """Share of the samples that are trained on."""
        return 1 - self.validation_fraction


class SplitDataConfig(DataConfig):
    """Settings of a data set that comes without a test split of its own."""

    test_fraction: float = Field(
        0.25, ge=0.05, le=0.45, description="Share of every class kept for the one test after training."
    )

    @property
    def train_share(self) -> float:
        """Share of the samples that are trained on."""
        return 1 - self.validation_fraction - self.test_fraction


@dataclass(frozen=True)
class DataFacts:
    """What is known of a data set before it is loaded.

    Attributes:
        samples: how many samples there are; without the test split, where that is separate.
        classes: how many classes.
        input_shape: shape of one input.
        licence: terms of use.
        source: where it comes from.
    """

    samples: int
    classes: int
    input_shape: tuple[int, ...]
    licence: str
    source: str


@dataclass(frozen=True)
class DataSpec:
    """One entry of the data registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what is in it.
        config: class of its settings.
        load: reads the data; heavy imports happen inside.
        facts: what can be said without loading.
        bundled: whether it loads with its default settings: no file to name, nothing to download.
    """

    name: str
    title: str
    summary: str
    config: type[DataConfig]
    load: Callable[[Any], Dataset]
    facts: Callable[[Any], DataFacts]
    bundled: bool = True

    def train_samples(self, config: DataConfig) -> int:
        """About how many samples are trained on, without loading them."""
        return round(self.facts(config).samples * config.train_share)


DATA_SETS: Registry[DataSpec] = Registry("data set", "trainers.data")
