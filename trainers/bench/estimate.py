"""How much a benchmark trains, counted from its plan before anything runs."""

from __future__ import annotations

from typing import NamedTuple

from trainers.bench.folder import planned
from trainers.bench.plan import Chosen, final_stage, grid_stage, learning_rate_stage
from trainers.bench.registry import Preset


class Work(NamedTuple):
    """The size of a benchmark.

    Attributes:
        runs: how many runs; one that two studies share counts once.
        samples: training samples that go forward and backward in all of them, a second view counted as another.
    """

    runs: int
    samples: int

    def hours(self, samples_per_second: float) -> float:
        """Hours of training on one device of this speed; evaluation, recording and loading come on top."""
        return self.samples / samples_per_second / 3600


def work(preset: Preset) -> Work:
    """Count the runs of the plan and the samples that they train on."""
    groups = [*learning_rate_stage(preset), *grid_stage(preset, Chosen()), *final_stage(preset, Chosen())]
    samples: dict[str, int] = {}
    for group in groups:
        spec, settings = group.experiment.data_entry
        passes = spec.train_samples(settings) * group.experiment.epochs
        for (_, key), objective in zip(planned(group), group.experiment.losses, strict=True):
            samples[key] = passes * (2 if objective.needs_two_views else 1)
    return Work(len(samples), sum(samples.values()))
