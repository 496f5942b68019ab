"""What is trained: one run, or an experiment of runs that differ only in loss and seed."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from softsil.errors import InvalidObjectiveError, SoftsilError, UnknownNameError
from softsil.runs.files import read_json
from softsil.runs.paths import RunPaths
from softsil.terms.recipe import ObjectiveConfig, parse_objective
from trainers.data.registry import DATA_SETS, DataConfig, DataSpec
from trainers.encoders.registry import ENCODERS, EncoderConfig, EncoderSpec
from trainers.entries import chosen_entry, explain, read_entry
from trainers.errors import LaunchError
from trainers.grid import Point, check_paths, points
from trainers.recipe import Recipe
from trainers.samplers.registry import SAMPLERS, SamplerConfig, SamplerSpec

Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
_DEVICE = r"auto|cpu|cuda(:\d{1,2})?"
MOST_RUNS = 1000


class TrainingConfig(Recipe):
    """What all runs of an experiment share."""

    name: str = Field("experiment", min_length=1, max_length=80, description="What people will call it.")
    data: dict[str, Any] = Field(
        default_factory=lambda: {"name": "digits"}, description="Data set: its name and settings."
    )
    encoder: dict[str, Any] = Field(
        default_factory=lambda: {"name": "mlp"}, description="Network from input to embedding: its name and settings."
    )
    sampler: dict[str, Any] = Field(
        default_factory=lambda: {"name": "shuffled"}, description="Which samples share a batch: its name and settings."
    )
    epochs: int = Field(30, ge=1, le=10_000, description="Passes over the training data.")
    batch_size: int = Field(128, ge=2, le=65_536, description="Samples in one optimizer step.")
    device: str = Field("auto", pattern=f"^({_DEVICE})$", description="auto (a GPU if there is one), cpu, or cuda:0, …")
    watched_samples: int = Field(
        1000, ge=10, le=100_000, description="Validation samples whose embeddings are stored at every epoch."
    )
    watched_train_samples: int = Field(
        0,
        ge=0,
        le=100_000,
        description="Training samples on the map as well, to see what the loss does to what it learns from.",
    )
    record_every: int = Field(
        1, ge=1, le=10_000, description="Epochs between two measurements and snapshots; the first and last always."
    )
    threads: int | None = Field(
        None,
        ge=1,
        le=512,
        description="Processor threads of all processes of a run; empty: divided among the slots.",
    )
    processes: int = Field(
        1,
        ge=1,
        le=16,
        description="Processes that train a run together, each on its share of every batch: one a graphics card.",
    )

    @field_validator("data", mode="before")
    @classmethod
    def _read_data(cls, value: Any) -> dict[str, Any]:
        return read_entry(DATA_SETS, value)

    @field_validator("encoder", mode="before")
    @classmethod
    def _read_encoder(cls, value: Any) -> dict[str, Any]:
        return read_entry(ENCODERS, value)

    @field_validator("sampler", mode="before")
    @classmethod
    def _read_sampler(cls, value: Any) -> dict[str, Any]:
        return read_entry(SAMPLERS, value)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> TrainingConfig:
        spec, config = self.data_entry
        samples = spec.train_samples(config)
        if self.batch_size > samples:
            raise ValueError(
                f"batch_size {self.batch_size} is larger than the {samples} training samples of {spec.name}; "
                f"take at most {samples}"
            )
        if self.processes > self.batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} leaves nothing for some of {self.processes} processes; "
                f"take at most {self.batch_size} processes"
            )
        shape, encoder = spec.facts(config).input_shape, self.encoder_entry[0]
        if not encoder.accepts(shape):
            raise ValueError(f"the encoder {encoder.name} expects {encoder.expects}; {spec.name} has inputs {shape}")
        self.check_recipe(self.epochs, shape, self.device, frozen=self.encoder.get("frozen", False))
        return self

    @property
    def data_entry(self) -> tuple[DataSpec, DataConfig]:
        """The chosen data set and its settings."""
        return chosen_entry(DATA_SETS, self.data)

    @property
    def encoder_entry(self) -> tuple[EncoderSpec, EncoderConfig]:
        """The chosen encoder and its settings."""
        return chosen_entry(ENCODERS, self.encoder)

    @property
    def sampler_entry(self) -> tuple[SamplerSpec, SamplerConfig]:
        """The chosen batch sampler and its settings."""
        return chosen_entry(SAMPLERS, self.sampler)


class RunConfig(TrainingConfig):
    """One training: everything that :class:`~trainers.loop.Trainer` needs."""

    objective: ObjectiveConfig = Field(description="The loss: a recipe such as ce+sil, or terms with settings.")
    seed: Seed = Field(0, description="Seed of initial weights and batch order.")
    experiment: str = Field("", max_length=120, description="Id shared by the runs of one experiment.")


class ExperimentConfig(TrainingConfig):
    """Losses × grid × seeds on the same data."""

    losses: list[ObjectiveConfig] = Field(
        default_factory=lambda: [parse_objective("ce")],
        min_length=1,
        max_length=50,
        description="Losses to compare: recipes such as ce+sil, or mappings with terms and their settings.",
    )
    seeds: list[Seed] = Field([0], min_length=1, max_length=100, description="One run for each loss and seed.")

    grid: dict[str, list[Any]] = Field(
        default_factory=dict,
        description="Settings to vary, with the values to try, such as sil.temperature: [0.05, 0.1]; every "
        "combination is a run.",
    )

    @model_validator(mode="after")
    def _runs_are_distinct(self) -> ExperimentConfig:
        for kind, values in (("loss", [loss.name for loss in self.losses]), ("seed", self.seeds)):
            twice = [value for value, count in Counter[object](values).items() if count > 1]
            if twice:
                raise ValueError(f"the {kind} {twice[0]!r} is listed twice; list it once or give it another name")
        return self

    @model_validator(mode="after")
    def _grid_makes_runs(self) -> ExperimentConfig:
        if not self.grid:
            return self
        check_paths(self.grid, self.losses, self._shared())
        runs = len(self.seeds) * len(self.losses) * math.prod(map(len, self.grid.values()))
        if runs > MOST_RUNS:
            raise ValueError(f"grid: this would be up to {runs} runs; {MOST_RUNS} are the most at once")
        for point in self._points():
            try:
                self._run(point, self.seeds[0], "")
            except ValidationError as error:
                raise ValueError(f"grid, at {point.objective.name!r}: {'; '.join(explain(error).values())}") from error
        return self

    def runs(self) -> list[RunConfig]:
        """One config for every seed, loss and point of the grid, seeds outermost, with the same fresh experiment id."""
        experiment = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        return [self._run(point, seed, experiment) for seed in self.seeds for point in self._points()]

    def _points(self) -> list[Point]:
        shared = self._shared()
        try:
            return [point for loss in self.losses for point in points(loss, shared, self.grid)]
        except (InvalidObjectiveError, UnknownNameError) as error:
            raise ValueError(f"grid: {error}") from error

    def _run(self, point: Point, seed: int, experiment: str) -> RunConfig:
        name = point.objective.name
        own = {"name": f"{name} (seed {seed})" if len(self.seeds) > 1 else name, "objective": point.objective}
        return RunConfig(**{**self._shared(), **point.fields, **own, "seed": seed, "experiment": experiment})

    def _shared(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in TrainingConfig.model_fields}


def read_experiment(value: Mapping[str, Any]) -> ExperimentConfig:
    """The experiment that a mapping (for instance a YAML file) describes.

    Raises:
        LaunchError: it does not describe one; the message names every wrong field and what would be right.
    """
    try:
        return ExperimentConfig.model_validate(dict(value))
    except ValidationError as error:
        raise LaunchError("; ".join(explain(error).values())) from error


def complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings of a run with the defaults of every field that is newer than they are.

    Settings that describe no run of this version, such as those of a recorded run, come back as they are.
    """
    try:
        return RunConfig(**settings).model_dump(mode="json")
    except (ValidationError, SoftsilError):
        return dict(settings)


def read_run(paths: RunPaths) -> RunConfig:
    """The settings with which a run was launched.

    Raises:
        UnreadableFileError: ``config.json`` is missing or torn.
        LaunchError: it does not describe a run, for instance because it was edited; the message names every field.
    """
    settings = read_json(paths.config).get("config")
    if not isinstance(settings, Mapping):
        raise LaunchError(f"{paths.run_id}/config.json has no settings of a run")
    try:
        return RunConfig(**settings)
    except ValidationError as error:
        raise LaunchError("; ".join(explain(error).values())) from error
