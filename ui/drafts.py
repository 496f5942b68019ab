"""An experiment on its way from the form to the launch: what will run, how long it takes, how it is written as YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from trainers.config import ExperimentConfig, RunConfig
from trainers.estimate import Estimate, estimate_seconds
from trainers.launchers.queue import LOCAL
from trainers.launchers.registry import LAUNCHERS


@dataclass(frozen=True)
class Draft:
    """What a person filled in.

    Attributes:
        values: the experiment as a mapping, ready for YAML.
        experiment: the checked experiment, or None while something is wrong.
        problems: one sentence for each thing that is wrong.
        launcher: who is to train it.
    """

    values: dict[str, Any]
    experiment: ExperimentConfig | None
    problems: tuple[str, ...]
    launcher: str = LOCAL


@dataclass(frozen=True)
class Plan:
    """What a launch would do.

    Attributes:
        runs: number of runs.
        losses: names of the losses.
        varied: what varies besides, a setting with its values each.
        seeds: the seeds.
        at_once: how many runs train at the same time; None where a cluster decides.
        estimate: seconds for all of them together, and how that is known.
    """

    runs: int
    losses: tuple[str, ...]
    varied: tuple[str, ...]
    seeds: tuple[int, ...]
    at_once: int | None
    estimate: Estimate


def plan(experiment: ExperimentConfig, launcher: str = LOCAL) -> Plan:
    """What launching ``experiment`` that way would do."""
    runs = experiment.runs()
    room = LAUNCHERS.get(launcher).at_once(experiment)
    at_once = None if room is None else min(len(runs), room)
    return Plan(
        runs=len(runs),
        losses=tuple(loss.name for loss in experiment.losses),
        varied=tuple(f"{path}: {', '.join(map(str, values))}" for path, values in experiment.grid.items()),
        seeds=tuple(experiment.seeds),
        at_once=at_once,
        estimate=_together(runs, at_once or 1),
    )


def as_yaml(values: dict[str, Any]) -> str:
    """The experiment as a file that ``python -m trainers run`` takes."""
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)


def _together(runs: Sequence[RunConfig], at_once: int) -> Estimate:
    estimates = [estimate_seconds(run) for run in {run.objective.name: run for run in runs}.values()]
    known = [estimate.seconds for estimate in estimates if estimate.seconds is not None]
    if len(known) < len(estimates):
        return next(estimate for estimate in estimates if estimate.seconds is None)
    # Seeds cost the same, so each loss is estimated once.
    return Estimate(sum(known) / len(known) * len(runs) / at_once, estimates[0].basis)
