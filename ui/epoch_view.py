"""One run at one epoch: the watched samples, their embeddings, and what follows from them.

Read and computed once per change of the files, as in :mod:`ui.run_view`: large arrays are never part of a cache key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from softsil.analysis import classes, neighbors, suspects
from softsil.errors import SoftsilError
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader
from softsil.runs.samples import Samples
from ui.stamps import Stamp, stamp

NEIGHBORS = suspects.NEIGHBORS


@dataclass(frozen=True)
class EpochView:
    """The watched samples of a run at one epoch.

    Attributes:
        run_id: the run.
        epoch: the epoch.
        samples: ids, labels, class names, thumbnails.
        rows: the embeddings scaled to length 1, float32 ``[n, d]``.
        silhouettes: float32 ``[n]``; NaN where they were not stored.
        predictions: predicted classes, int32 ``[n]``, or None where they were not stored.
        stamps: names the content of the files it was read from.
    """

    run_id: str
    epoch: int
    samples: Samples
    rows: NDArray[np.float32]
    silhouettes: NDArray[np.float32]
    predictions: NDArray[np.int32] | None
    stamps: tuple[Stamp, ...]

    # Two views of the same files are equal: that makes a view a cheap cache key for what is computed from it.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, EpochView) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, int, tuple[Stamp, ...]]:
        return self.run_id, self.epoch, self.stamps

    @property
    def class_names(self) -> list[str]:
        """Name of every class."""
        return self.samples.class_names

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which samples are taken for another class, bool ``[n]``; all False without predictions."""
        if self.predictions is None:
            return np.zeros(len(self.samples), dtype=bool)
        taken: NDArray[np.bool_] = self.predictions != self.samples.labels
        return taken


def epoch_view(run_id: str, epoch: int | None, root: Path | None = None) -> EpochView | None:
    """The run at ``epoch``, or the last epoch before it that has embeddings; None: the newest.

    Returns:
        None where there is nothing to show yet, or what there is cannot be read.
    """
    try:
        reader = RunReader(run_id, root)
    except SoftsilError:
        return None
    stored = [one for one in reader.embedding_epochs() if epoch is None or one <= epoch]
    for found in reversed(stored):
        view = _view(reader.paths, found, _stamps(reader.paths, found))
        if view is not None:
            return view
    return None


def _stamps(paths: RunPaths, epoch: int) -> tuple[Stamp, ...]:
    files = (paths.samples, paths.embeddings(epoch), paths.silhouettes(epoch), paths.predictions(epoch))
    return tuple(stamp(path) for path in files)


@lru_cache(maxsize=48)
def _view(paths: RunPaths, epoch: int, stamps: tuple[Stamp, ...]) -> EpochView | None:
    reader = RunReader(paths.run_id, paths.root)
    samples = _samples(paths, stamps[0])
    try:
        embeddings = reader.embeddings(epoch)
    except SoftsilError:
        return None
    if samples is None or not _fits(samples, embeddings):
        return None
    silhouettes, predictions = reader.silhouettes(epoch), reader.predictions(epoch)
    if silhouettes is None or silhouettes.shape != (len(samples),):
        silhouettes = np.full(len(samples), np.nan, dtype=np.float32)
    if predictions is not None and predictions.shape != (len(samples),):
        predictions = None
    return EpochView(paths.run_id, epoch, samples, classes.unit_rows(embeddings), silhouettes, predictions, stamps)


def _fits(samples: Samples, embeddings: NDArray[np.float32]) -> bool:
    labels = samples.labels
    in_range = labels.min() >= 0 and labels.max() < len(samples.class_names)
    return len(labels) == len(embeddings) and embeddings.shape[1] > 0 and bool(in_range)


@lru_cache(maxsize=16)
def _samples(paths: RunPaths, samples_stamp: Stamp) -> Samples | None:
    del samples_stamp  # only part of the key
    return RunReader(paths.run_id, paths.root).samples


@lru_cache(maxsize=48)
def margins_of(view: EpochView) -> classes.Margins | None:
    """Distances to class means, or None where only one class occurs."""
    try:
        return classes.class_margins(view.rows, view.samples.labels, len(view.class_names))
    except ValueError:
        return None


@lru_cache(maxsize=48)
def distances_of(view: EpochView) -> NDArray[np.float32]:
    """Mean cosine distance between the classes, held-out samples only, float32 ``[C, C]``."""
    kept = view.samples.held_out
    return classes.mean_distances(view.rows[kept], view.samples.labels[kept], len(view.class_names))


@lru_cache(maxsize=48)
def confusion_of(view: EpochView) -> NDArray[np.float32] | None:
    """Share of each class that was taken for each class, held out, float32 ``[C, C]``; None without predictions."""
    if view.predictions is None:
        return None
    kept = view.samples.held_out
    return classes.confusion(view.samples.labels[kept], view.predictions[kept], len(view.class_names))


@lru_cache(maxsize=48)
def neighbors_of(view: EpochView) -> NDArray[np.int32]:
    """The nearest other samples of each sample, int32 ``[n, 10]``."""
    return neighbors.nearest(view.rows, NEIGHBORS)


@lru_cache(maxsize=16)
def suspects_of(view: EpochView) -> suspects.Suspects | None:
    """Suspected label errors, or None where only one class occurs."""
    margins = margins_of(view)
    if margins is None:
        return None
    return suspects.suspected_label_errors(view.samples.labels, margins, view.silhouettes, neighbors_of(view))
