"""The 2-D maps of one to six runs over their epochs, read into memory for drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.reader import RunReader
from ui.replay.errors import ReplayError
from ui.replay.page import open_runs
from ui.replay.palette import PALETTE
from ui.run_view import view_runs
from ui.server.payloads import frame_coordinates, special_settings

MOST_NAMES = 26
# The outermost points on each side may stick out of the picture, as on the live map.
OUTERMOST = 0.005
METHOD_TITLES = {"umap": "UMAP", "pca": "PCA", "tsne": "t-SNE"}

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Track:
    """The maps of one run.

    Attributes:
        title: name of the run.
        labels: class index of each point, int64 ``[n]``.
        frames: epoch to coordinates, float32 ``[n, 2]``; at least one.
        splits: part of the data that each point comes from, ``[n]``.
        reader: its run.
    """

    title: str
    labels: NDArray[np.int64]
    frames: dict[int, Points]
    splits: NDArray[np.str_]
    reader: RunReader

    def shown(self, epoch: int) -> int:
        """The last epoch with a frame up to ``epoch``, or the first one."""
        return max((one for one in self.frames if one <= epoch), default=min(self.frames))

    def at(self, epoch: int) -> Points:
        """Coordinates shown at ``epoch``."""
        return self.frames[self.shown(epoch)]

    def silhouettes(self, epoch: int) -> NDArray[np.float32] | None:
        """Silhouette of each point, float32 ``[n]``; None where they were not stored."""
        found = self.reader.silhouettes(epoch)
        return found if found is not None and len(found) == len(self.labels) else None

    def predictions(self, epoch: int) -> NDArray[np.int32] | None:
        """Predicted class of each point, int32 ``[n]``; None where they were not stored."""
        found = self.reader.predictions(epoch)
        return found if found is not None and len(found) == len(self.labels) else None


@dataclass(frozen=True)
class Reel:
    """The maps of all runs.

    Attributes:
        tracks: one a run, in order.
        class_names: name of every class; the same for all runs.
        colored: the classes that have a color, in the order of the palette.
        worst: the classes that have points, the one with the lowest mean silhouette first.
        named: the classes whose names stand on the maps, the most important first.
        method: what made the maps, e.g. ``"UMAP"``.
        notes: one sentence for what is not as it was asked for.
    """

    tracks: tuple[Track, ...]
    class_names: tuple[str, ...]
    colored: tuple[int, ...]
    worst: tuple[int, ...]
    named: tuple[int, ...]
    method: str
    notes: tuple[str, ...] = ()

    @cached_property
    def epochs(self) -> list[int]:
        """Every epoch that some run has a frame of, ascending."""
        return sorted({epoch for track in self.tracks for epoch in track.frames})

    @cached_property
    def box(self) -> NDArray[np.float64]:
        """Lowest and highest coordinates over all runs and epochs, float64 ``[2, 2]``."""
        ends = [
            np.quantile(points, [OUTERMOST, 1 - OUTERMOST], axis=0)
            for track in self.tracks
            for points in track.frames.values()
        ]
        return np.stack([np.min(ends, axis=(0, 1)), np.max(ends, axis=(0, 1))])


def read_reel(run_ids: Sequence[str], root: Path | None = None, projection: str | None = None) -> Reel:
    """Read the 2-D frames of the runs: UMAP where all runs have it, otherwise what they have in common.

    Args:
        run_ids: the runs, in order.
        root: the runs folder.
        projection: method, or key of a projection, to read instead, where all runs have it.

    Raises:
        ReplayError: no run or too many, a run without a map, or runs with different classes or methods.
        RunNotFoundError: no such run.
    """
    readers = open_runs(run_ids, root)
    notes: tuple[str, ...] = ()
    if projection is not None and not all(_keys(reader, projection) for reader in readers):
        notes, projection = (f"Not every run has a flat map {projection}: this file shows the usual one.",), None
    chosen = projection or _method(readers)
    method = str(readers[0].projection_config(_keys(readers[0], chosen)[0]).get("method"))
    views = view_runs(run_ids, root)
    names = {view.class_names for view in views}
    if len(names) > 1:
        raise ReplayError("the runs have different classes, so one legend cannot name them: export them one by one")
    tracks = tuple(_track(reader, view.label, chosen) for reader, view in zip(readers, views, strict=True))
    class_names = names.pop()
    worst = _worst_first(tracks[0], len(class_names))
    in_order = tuple(range(len(class_names)))
    colored = worst[: len(PALETTE)] if len(class_names) > len(PALETTE) else in_order
    named = worst[:MOST_NAMES] if len(class_names) > MOST_NAMES else in_order
    return Reel(tracks, class_names, colored, worst, named, METHOD_TITLES.get(method, method), notes)


def _method(readers: Sequence[RunReader]) -> str:
    each = [{str(config.get("method")) for _, config in _flat(reader)} for reader in readers]
    without = [reader.run_id for reader, methods in zip(readers, each, strict=True) if not methods]
    if without:
        raise ReplayError(f"run {without[0]} has no 2-D map yet: wait for its first frame on Live")
    common = set.intersection(*each)
    if not common:
        raise ReplayError("the runs have no map method in common: wait until all have UMAP frames")
    return min(common, key=lambda method: (list(METHOD_TITLES).index(method) if method in METHOD_TITLES else 9, method))


def _flat(reader: RunReader) -> list[tuple[str, dict[str, object]]]:
    """Keys and settings of the 2-D projections that have frames."""
    found = [(key, reader.projection_config(key)) for key in reader.projections() if reader.frame_epochs(key)]
    return [(key, config) for key, config in found if config.get("dims", 2) == 2]


def _keys(reader: RunReader, wanted: str) -> list[str]:
    """Keys of the flat maps that are meant by a method or a key, the usual settings first, then by their frames."""
    found = [(key, config) for key, config in _flat(reader) if wanted in (key, config.get("method"))]
    found.sort(key=lambda one: (special_settings(str(one[1].get("method")), one[1]), -len(reader.frame_epochs(one[0]))))
    return [key for key, _ in found]


def _track(reader: RunReader, title: str, chosen: str) -> Track:
    key = _keys(reader, chosen)[0]
    samples = reader.samples
    if samples is None:
        raise ReplayError(f"run {reader.run_id} has no readable samples.npz, so its points have no classes")
    frames = {}
    for epoch in reader.frame_epochs(key):
        try:
            points = frame_coordinates(reader, key, epoch)
        except UnreadableFileError:
            continue  # as on the live map, a torn frame is passed over
        if points.shape == (len(samples), 2):
            frames[epoch] = points
    if not frames:
        raise ReplayError(f"run {reader.run_id} has no readable frame of its map {key}")
    return Track(title, samples.labels, frames, samples.split, reader)


def _worst_first(track: Track, classes: int) -> tuple[int, ...]:
    """The classes by their mean silhouettes at the last epoch of a run."""
    silhouettes = track.silhouettes(max(track.frames))
    if silhouettes is None:
        return tuple(range(classes))
    present = (int(one) for one in np.unique(track.labels))
    return tuple(sorted(present, key=lambda one: float(silhouettes[track.labels == one].mean())))
