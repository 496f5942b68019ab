"""What moved between two sides: how the silhouette and the neighbors of every shared sample changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from softsil.analysis.neighbors import nearest, share_changed
from ui.comparison import Side, same_samples, shared_seeds
from ui.epoch_view import NEIGHBORS, EpochView, neighbors_of


@dataclass(frozen=True)
class Movement:
    """The samples that both sides watch.

    Attributes:
        view: the run that ids, labels and thumbnails are taken from.
        rows: positions of the shared samples in ``view``, int64 ``[m]``.
        before: silhouette on the first side, mean over its runs, float32 ``[m]``.
        after: silhouette on the second side, likewise.
        new_neighbors: share of the nearest neighbors on the second side that are none on the first, float32 ``[m]``.
        seed_noise: mean of the same share between two seeds of one side; None where no side has two.
    """

    view: EpochView
    rows: NDArray[np.int64]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    new_neighbors: NDArray[np.float32]
    seed_noise: float | None

    @property
    def change(self) -> NDArray[np.float32]:
        """Silhouette on the second side − on the first, float32 ``[m]``."""
        return self.after - self.before

    @property
    def labels(self) -> NDArray[np.int64]:
        """Class of each shared sample, ``[m]``."""
        return self.view.samples.labels[self.rows]

    def by_class(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean of one value a shared sample for every class, float32 ``[C]``; NaN where there is none."""
        known = np.isfinite(values)
        classes = len(self.view.class_names)
        sums = np.bincount(self.labels[known], weights=values[known], minlength=classes)
        counts = np.bincount(self.labels[known], minlength=classes)
        means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(classes, np.nan), where=counts > 0)
        return means.astype(np.float32)

    def only(self, ids: Sequence[str]) -> Movement:
        """The same for some of the samples, by their ids as text."""
        names = self.view.samples.ids[self.rows].astype(str)
        kept = np.isin(names, np.asarray(ids, dtype=str))
        parts = (self.rows[kept], self.before[kept], self.after[kept], self.new_neighbors[kept])
        return Movement(self.view, *parts, self.seed_noise)


def movement(first: Side, second: Side, epoch: int | None) -> Movement | None:
    """What moved at ``epoch``; None where the sides share no sample or one has no embeddings."""
    one, two = first.views(epoch), second.views(epoch)
    if not one or not two:
        return None
    return _movement(tuple(one), tuple(two), _pair(first, second, one, two))


@lru_cache(maxsize=16)
def _movement(
    one: tuple[EpochView, ...], two: tuple[EpochView, ...], pair: tuple[EpochView, EpochView]
) -> Movement | None:
    base = pair[0]
    rows, _ = same_samples(*pair)
    if not len(rows):
        return None
    ids = base.samples.ids[rows]
    return Movement(
        base,
        rows,
        _mean_silhouettes(one, ids),
        _mean_silhouettes(two, ids),
        new_neighbors(*pair),
        _seed_noise(one, two),
    )


def _pair(first: Side, second: Side, one: Sequence[EpochView], two: Sequence[EpochView]) -> tuple[EpochView, EpochView]:
    """The two runs whose neighbors are compared: of one seed where there is one."""
    left, right = ({view.run_id: view for view in views} for views in (one, two))
    for place, other in shared_seeds(first, second):
        ids = first.runs[place].run_id, second.runs[other].run_id
        if ids[0] in left and ids[1] in right:
            return left[ids[0]], right[ids[1]]
    return one[0], two[0]


@lru_cache(maxsize=16)
def new_neighbors(first: EpochView, second: EpochView) -> NDArray[np.float32]:
    """For each sample that both watch: the share of its nearest neighbors in ``second`` that are none in ``first``."""
    left, right = same_samples(first, second)
    if len(left) == len(first.samples) == len(second.samples) and np.array_equal(left, right):
        return share_changed(neighbors_of(first), neighbors_of(second))
    tables = [nearest(view.rows[rows], NEIGHBORS) for view, rows in ((first, left), (second, right))]
    return share_changed(*tables)


def _seed_noise(one: Sequence[EpochView], two: Sequence[EpochView]) -> float | None:
    for views in (one, two):
        if len(views) > 1:
            changed = new_neighbors(views[0], views[1])
            return float(changed.mean()) if len(changed) else None
    return None


def _mean_silhouettes(views: Sequence[EpochView], ids: NDArray[np.generic]) -> NDArray[np.float32]:
    """Mean over the runs of each sample's silhouette, float32 ``[m]``; NaN where no run has it."""
    table = np.full((len(views), len(ids)), np.nan, dtype=np.float64)
    for row, view in enumerate(views):
        if np.array_equal(view.samples.ids, ids):
            table[row] = view.silhouettes
            continue
        if (view.samples.ids.dtype.kind == "U") != (ids.dtype.kind == "U"):
            continue
        order = np.argsort(view.samples.ids)
        places = np.searchsorted(view.samples.ids, ids, sorter=order).clip(max=len(order) - 1)
        found = view.samples.ids[order[places]] == ids
        table[row, found] = view.silhouettes[order[places[found]]]
    known = np.isfinite(table)
    sums = np.where(known, table, 0.0).sum(axis=0)
    means: NDArray[np.float64] = np.divide(
        sums, known.sum(axis=0), out=np.full(len(ids), np.nan), where=known.any(axis=0)
    )
    return means.astype(np.float32)
