"""What a benchmark trains: three stages, each a list of groups of runs that differ only in the loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from softsil.terms.recipe import ObjectiveConfig, parse_objective
from trainers.bench.registry import Condition, Preset, Setup
from trainers.bench.tuning import Settings, grid, label, with_settings
from trainers.config import ExperimentConfig
from trainers.data.registry import DATA_SETS

LEARNING_RATE, GRID, MAIN, BATCH, ROBUSTNESS = "learning rate", "grid", "main", "batch", "robustness"
BASELINE = "ce"
# Enough for the geometry of the held-out embeddings, few enough to keep a thousand runs small.
WATCHED = 1000
MOST_EPOCHS = 10_000


@dataclass(frozen=True)
class Chosen:
    """What validation chose.

    Attributes:
        learning_rates: by data set.
        settings: by data set and loss.
    """

    learning_rates: dict[str, float] = field(default_factory=dict)
    settings: dict[str, dict[str, Settings]] = field(default_factory=dict)

    def of(self, data: str, loss: str) -> Settings:
        """The settings of a loss on a data set; empty for its defaults."""
        return self.settings.get(data, {}).get(loss, {})


@dataclass(frozen=True)
class Group:
    """Runs with the same data, schedule and seed.

    Attributes:
        study: what they are for.
        data: the data set.
        condition: what is special about them; empty in the main study.
        experiment: the runs, one for each loss.
        losses: the recipe of each.
        settings: the tuned settings of each.
    """

    study: str
    data: str
    condition: str
    experiment: ExperimentConfig
    losses: tuple[str, ...]
    settings: tuple[Settings, ...]

    @property
    def seed(self) -> int:
        """Seed of all runs in the group."""
        return self.experiment.seeds[0]


def learning_rate_stage(preset: Preset) -> list[Group]:
    """Cross-entropy at every learning rate, where there is a choice."""
    return [
        _group(LEARNING_RATE, setup, f"{rate:g}", seed, [(BASELINE, {})], learning_rate=rate)
        for setup in preset.setups
        if len(setup.learning_rates) > 1
        for seed in preset.grid_seeds
        for rate in setup.learning_rates
    ]


def grid_stage(preset: Preset, chosen: Chosen) -> list[Group]:
    """Every loss at every point of its grid."""
    points = [(loss, settings) for loss in preset.losses for settings in grid(loss)]
    return [
        _group(GRID, setup, "", seed, points, learning_rate=_rate(setup, chosen))
        for setup in preset.setups
        for seed in preset.grid_seeds
        if points
    ]


def final_stages(preset: Preset, chosen: Chosen) -> dict[str, list[Group]]:
    """The comparison itself, then the studies of worse data and of batches, all with the chosen settings."""
    return {
        "comparison": list(_main(preset, chosen)),
        ROBUSTNESS: list(_robustness(preset, chosen)),
        BATCH: list(_batches(preset, chosen)),
    }


def final_stage(preset: Preset, chosen: Chosen) -> list[Group]:
    """All that is trained with the chosen settings."""
    return [group for groups in final_stages(preset, chosen).values() for group in groups]


def _main(preset: Preset, chosen: Chosen) -> Iterator[Group]:
    for setup in preset.setups:
        losses = [(loss, chosen.of(setup.name, loss)) for loss in preset.losses]
        for seed in range(preset.seeds):
            yield _group(MAIN, setup, "", seed, losses, learning_rate=_rate(setup, chosen))


def _batches(preset: Preset, chosen: Chosen) -> Iterator[Group]:
    for setup in (setup for setup in preset.setups if setup.name in preset.batch_data and preset.batch_losses):
        losses = [(loss, chosen.of(setup.name, loss)) for loss in preset.batch_losses]
        for condition, changes in _batch_conditions(preset, setup):
            for seed in range(preset.batch_seeds):
                yield _group(
                    BATCH, setup, condition, seed, losses, **{"learning_rate": _rate(setup, chosen), **changes}
                )


def _batch_conditions(preset: Preset, setup: Setup) -> Iterator[tuple[str, dict[str, Any]]]:
    for size in preset.batch_sizes:
        yield f"batch size {size}", {"batch_size": size}
    spec = DATA_SETS.get(setup.name)
    classes = spec.facts(spec.config(**_settings(setup.data))).classes
    for count in sorted({min(count, classes) for count in preset.classes_per_batch}):
        sampler = {"name": "class_balanced", "samples_per_class": max(2, preset.balanced_batch // count)}
        yield f"{count} classes a batch", {"batch_size": preset.balanced_batch, "sampler": sampler}


def _robustness(preset: Preset, chosen: Chosen) -> Iterator[Group]:
    for condition in preset.conditions if preset.condition_losses else ():
        for setup in (setup for setup in preset.degraded if can(setup, condition)):
            losses = [(loss, chosen.of(setup.name, loss)) for loss in preset.condition_losses]
            for name, value in condition.levels:
                worse = _as_many_steps(setup, {**setup.data, condition.field: value})
                for seed in range(preset.condition_seeds):
                    words = f"{condition.name}: {name}"
                    yield _group(ROBUSTNESS, worse, words, seed, losses, learning_rate=_rate(setup, chosen))


def _as_many_steps(setup: Setup, data: dict[str, Any]) -> Setup:
    """The setup on other data, with batches no larger than the data and about as many optimizer steps as before."""
    before, now = (_train_samples(one) for one in (setup.data, data))
    batch_size = min(setup.batch_size, now)
    steps = setup.epochs * max(1, before // setup.batch_size)
    epochs = max(setup.epochs, min(MOST_EPOCHS, round(steps / max(1, now // batch_size))))
    return setup.model_copy(update={"data": data, "batch_size": batch_size, "epochs": epochs})


def _train_samples(data: dict[str, Any]) -> int:
    spec = DATA_SETS.get(data["name"])
    return spec.train_samples(spec.config(**_settings(data)))


def _settings(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "name"}


def can(setup: Setup, condition: Condition) -> bool:
    """Whether the data set has the setting that makes it worse in this way."""
    return condition.field in DATA_SETS.get(setup.name).config.model_fields


def _rate(setup: Setup, chosen: Chosen) -> float:
    return chosen.learning_rates.get(setup.name, setup.learning_rates[0])


def _group(
    study: str,
    setup: Setup,
    condition: str,
    seed: int,
    losses: Sequence[tuple[str, Mapping[str, float]]],
    **changes: Any,
) -> Group:
    shared = {
        "name": f"{study} {setup.name}",
        "data": setup.data,
        "encoder": setup.encoder,
        "epochs": setup.epochs,
        "batch_size": setup.batch_size,
        "record_every": 10_000,
        "watched_samples": WATCHED,
        **setup.more,
        **changes,
    }
    shared["batch_size"] = min(shared["batch_size"], _train_samples(setup.data))
    experiment = ExperimentConfig(
        **shared, losses=[_objective(study, loss, settings) for loss, settings in losses], seeds=[seed]
    )
    recipes, settings = zip(*((loss, dict(settings)) for loss, settings in losses), strict=True)
    return Group(study, setup.name, condition, experiment, recipes, settings)


def _objective(study: str, loss: str, settings: Mapping[str, float]) -> ObjectiveConfig:
    if not settings:
        return parse_objective(loss)
    return with_settings(loss, settings, f"{loss} {label(settings)}" if study == GRID else loss)
