"""The table of data sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from softsil.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from trainers.data.dataset import Dataset
    from trainers.data.fetching.package import Package
    from trainers.data.thumbnails import ClassPictures
    from trainers.data.uploads import Upload


class DataConfig(BaseModel):
    """Settings that every data set has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation_fraction: float = Field(
        0.25, ge=0.05, le=0.45, description="Share of every class held out to measure each epoch."
    )
    split_seed: int = Field(0, ge=0, description="Seed of the split; the same for all runs you want to compare.")
    train_samples_per_class: int | None = Field(
        None, ge=2, le=1_000_000, description="Training samples of each class to learn from, at most; empty means all."
    )
    imbalance: float = Field(
        1.0, ge=1, le=1000, description="How many times more training samples the first class gets than the last one."
    )
    label_noise: float = Field(
        0.0, ge=0, le=0.9, description="Share of the training samples that get a wrong class on purpose."
    )

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
        class_names: names of the classes, where they are known before loading.
        test_samples: size of the test split that comes with the data; None: test is cut from ``samples``.
        checksum: SHA-256 or MD5 of what is downloaded; empty where nothing is.
    """

    samples: int
    classes: int
    input_shape: tuple[int, ...]
    licence: str
    source: str
    class_names: tuple[str, ...] = ()
    test_samples: int | None = None
    checksum: str = ""


@dataclass(frozen=True)
class DataSpec:
    """One entry of the data registry.

    Attributes:
        name: what users type.
        title: what forms show.
        summary: one sentence on what is in it.
        config: class of its settings.
        read: reads the data as it is; heavy imports happen inside.
        facts: what can be said without loading.
        bundled: whether it loads with its default settings: no file to name, nothing to download.
        package: the package that ships its files, if one does.
        pictures: one picture of each class without loading everything; None where they are not to be had, or not yet.
        upload: how people can hand over a file of theirs in the browser, for a data set with a ``path``.
        columns: names of the columns of a file, one of which is the setting ``label``.
    """

    name: str
    title: str
    summary: str
    config: type[DataConfig]
    read: Callable[[Any], Dataset]
    facts: Callable[[Any], DataFacts]
    bundled: bool = True
    package: Package | None = None
    pictures: Callable[[Any], ClassPictures | None] = lambda config: None
    upload: Upload | None = None
    columns: Callable[[Path], list[str]] = lambda path: []

    def load(self, config: DataConfig) -> Dataset:
        """Read the data, its training split made worse where the settings ask for that.

        Raises:
            DataError: it cannot be read; one sentence says why.
        """
        from trainers.data.degradation import degraded

        return degraded(self.read(config), config)

    def split_sizes(self, config: DataConfig) -> tuple[int, int, int]:
        """About how many samples train, validation and test have, without loading them."""
        from trainers.data.degradation import sizes_left

        facts = self.facts(config)
        validation = round(facts.samples * config.validation_fraction)
        whole = round(facts.samples * config.train_share)
        test = facts.samples - whole - validation if facts.test_samples is None else facts.test_samples
        even = [whole // facts.classes + (index < whole % facts.classes) for index in range(facts.classes)]
        return int(sizes_left(even, config).sum()), validation, test

    def train_samples(self, config: DataConfig) -> int:
        """About how many samples are trained on, without loading them."""
        return self.split_sizes(config)[0]


DATA_SETS: Registry[DataSpec] = Registry("data set", "trainers.data")
