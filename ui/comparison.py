"""What is compared: one side a loss, each side the runs of one or more seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.analysis.settings import differing
from trainers.config import complete
from ui.charts import run_color
from ui.epoch_view import EpochView, epoch_view
from ui.run_view import RunView, view_runs
from ui.seed_groups import SeedGroup

# Names of runs, of their loss and of their seeds differ on purpose; the loss itself lies below "objective.terms".
_IGNORED = frozenset({"name", "experiment", "seed", "device", "threads", "processes"})
_ABOUT_THE_LOSS = "objective"


@dataclass(frozen=True)
class Side:
    """One of the things that are compared.

    Attributes:
        label: its name, unique among the sides.
        color: its color in every chart.
        runs: its runs, by seed; they all have this color.
        seeds: their seeds; None where a run has none.
    """

    label: str
    color: str
    runs: tuple[RunView, ...]
    seeds: tuple[int | None, ...]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of every class; empty while unknown."""
        return next((run.class_names for run in self.runs if run.class_names), ())

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of its runs, those of the first one where seeds differ."""
        found = self.runs[0].config.get("config")
        return complete(found) if isinstance(found, dict) else {}

    @property
    def active(self) -> bool:
        """Whether one of its runs still trains or waits."""
        return any(run.status.state.is_active for run in self.runs)

    def values(self, split: str, name: str, epoch: int | None) -> NDArray[np.float64]:
        """One value a run, at ``epoch`` or the last one before it; NaN where there is none."""
        found = [run.history.at(split, name, epoch) for run in self.runs]
        return np.array([np.nan if value is None else value for value in found])

    def class_silhouettes(self, epoch: int | None) -> NDArray[np.float32]:
        """Silhouette of every class, float32 ``[runs, C]``; NaN where a run has none."""
        width = len(self.class_names)
        rows = np.full((len(self.runs), width), np.nan, dtype=np.float32)
        for row, run in enumerate(self.runs):
            found = run.silhouettes()
            if found is not None and found.values.shape[1] == width:
                rows[row] = found.at(epoch)
        return rows

    def views(self, epoch: int | None) -> list[EpochView]:
        """Its runs at ``epoch``, those that have embeddings."""
        return [view for run in self.runs if (view := epoch_view(run.run_id, epoch)) is not None]


def sides_of(groups: Sequence[SeedGroup], root: Path | None = None) -> list[Side]:
    """The groups with what their runs have recorded; a run that vanished is left out."""
    sides = []
    names = [group.name for group in groups]
    for index, group in enumerate(groups):
        views = {view.run_id: view for view in view_runs(group.run_ids, root)}
        rows = [row for row in group.rows if row.run_id in views]
        if rows:
            color = run_color(index)
            label = group.name if names.count(group.name) == 1 else f"{group.name} ({group.run_ids[0][-4:]})"
            runs = tuple(replace(views[row.run_id], color=color) for row in rows)
            sides.append(Side(label, color, runs, tuple(row.seed for row in rows)))
    return sides


def shared_seeds(first: Side, second: Side) -> list[tuple[int, int]]:
    """Positions of the runs of both sides that have the same seed; single runs are a pair whatever their seeds."""
    if len(first.runs) == len(second.runs) == 1:
        return [(0, 0)]
    places = {seed: place for place, seed in enumerate(second.seeds) if seed is not None}
    return [(place, places[seed]) for place, seed in enumerate(first.seeds) if seed in places]


def maps_together(sides: Sequence[Side]) -> list[RunView]:
    """One run of each side for the maps: of the lowest seed that all sides have, otherwise the first one."""
    common = set[int | None].intersection(*(set(side.seeds) for side in sides)) - {None} if sides else set()
    seed = min((one for one in common if one is not None), default=None)
    return [side.runs[side.seeds.index(seed)] if seed is not None else side.runs[0] for side in sides]


def different_settings(sides: Sequence[Side]) -> dict[str, list[Any]]:
    """The settings in which the sides differ: dotted name to one value a side; names and seeds are left out."""
    found = differing([side.settings for side in sides], _IGNORED)
    return {name: values for name, values in found.items() if name != "objective.name"}


def unfair_settings(first: Side, second: Side) -> list[str]:
    """Dotted names of what differs besides the loss: then a difference has more than one possible reason."""
    return [name for name in different_settings([first, second]) if name.split(".")[0] != _ABOUT_THE_LOSS]


def same_samples(first: EpochView, second: EpochView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions in both views of the held-out samples that both watch, paired by id.

    Empty where ids are of different kinds: a number and a text never name the same sample.
    """
    one, two = first.samples.ids, second.samples.ids
    if (one.dtype.kind == "U") != (two.dtype.kind == "U"):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    left = right = np.arange(len(one))
    if not np.array_equal(one, two):
        _, left, right = np.intersect1d(one, two, assume_unique=True, return_indices=True)
    kept = first.samples.held_out[left] & second.samples.held_out[right]
    return left[kept].astype(np.int64), right[kept].astype(np.int64)
