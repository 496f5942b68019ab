"""About how long a run will take, and how that is known."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader, list_runs
from trainers.config import RunConfig

START_SECONDS = 6.0  # interpreter, torch, data: "ready to train" in docs/jobs.md
RECORDING_SECONDS = 0.03  # an epoch's measurements, snapshot and checkpoint on the digits
_LOOK_BACK_RUNS = 60
_ENOUGH_EPOCHS = 30


@dataclass(frozen=True)
class Estimate:
    """An expected duration.

    Attributes:
        seconds: from start to end of the run, waiting in the queue not included; None where nothing is known.
        basis: one phrase on what it rests on.
    """

    seconds: float | None
    basis: str


def estimate_seconds(config: RunConfig, root: str | Path | None = None) -> Estimate:
    """Expected duration of a run, from earlier runs in the same runs folder.

    Runs with the same data, encoder, device and number of processes count; those with the same loss terms are
    preferred. Without any, a rough figure of the encoder, measured on two laptop-class cores, where it has one.

    Args:
        config: the run.
        root: the runs folder.
    """
    same: list[float] = []
    similar: list[float] = []
    for reader in list_runs(root)[:_LOOK_BACK_RUNS]:
        earlier = reader.config.get("config", {})
        alike = all(earlier.get(part) == getattr(config, part) for part in ("data", "encoder", "device"))
        if alike and earlier.get("processes", 1) == config.processes:
            terms = earlier.get("objective", {}).get("terms", {})
            (same if set(terms) == set(config.objective.terms) else similar).extend(
                _epoch_seconds(reader, terms, config)
            )
        if len(same) >= _ENOUGH_EPOCHS:
            break
    if times := same or similar:
        losses = "" if same else ", another loss"
        phrase = f"from {len(times)} epochs of earlier runs with this data and encoder{losses}"
        return Estimate(_total(config, statistics.median(times)), phrase)
    return _rough(config)


def _rough(config: RunConfig) -> Estimate:
    (spec, settings), (encoder, choices) = config.data_entry, config.encoder_entry
    cost = encoder.rough_microseconds(choices, spec.facts(settings).input_shape)
    if cost is None:
        return Estimate(None, "not known yet: no run with this data and encoder has been finished here")
    views = 1 + config.objective.needs_two_views
    seconds = views * spec.train_samples(settings) * cost * 1e-6
    return Estimate(_total(config, seconds), "a rough guess: no run with this data and encoder has been finished here")


def _total(config: RunConfig, epoch_seconds: float) -> float:
    return START_SECONDS + config.epochs * (epoch_seconds + RECORDING_SECONDS)


def _epoch_seconds(reader: RunReader, terms: dict[str, Any], config: RunConfig) -> list[float]:
    views = 1 + config.objective.needs_two_views
    before = 1 + any(term.get("views") == 2 for term in terms.values())
    times = [row.get("seconds") for row in reader.history("train")]
    return [views / before * seconds for seconds in times if isinstance(seconds, int | float)]
