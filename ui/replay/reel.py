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
from ui.server.payloads import frame_coordinates

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
    """

    title: str
    labels: NDArray[np.int64]
    frames: dict[int, Points]

    def shown(self, epoch: int) -> int:
        """The last epoch with a frame up to ``epoch``, or the first one."""
        return max((one for one in self.frames if one <= epoch), default=min(self.frames))

    def at(self, epoch: int) -> Points:
        """Coordinates shown at ``epoch``."""
        return self.frames[self.shown(epoch)]


@dataclass(frozen=True)
class Reel:
    """The maps of all runs.

    Attributes:
        tracks: one a run, in order.
        class_names: name of every class; the same for all runs.
        colored: the classes that have a color, in the order of the palette.
        named: the classes whose names stand on the maps, the most important first.
        method: what made the maps, e.g. ``"UMAP"``.
    """

    tracks: tuple[Track, ...]
    class_names: tuple[str, ...]
    colored: tuple[int, ...]
    named: tuple[int, ...]
    method: str

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


def read_reel(run_ids: Sequence[str], root: Path | None = None) -> Reel:
    """Read the 2-D frames of the runs: UMAP where all runs have it, otherwise what they have in common.

    Raises:
        ReplayError: no run or too many, a run without a map, or runs with different classes or methods.
        RunNotFoundError: no such run.
    """
    readers = open_runs(run_ids, root)
    method = _method(readers)
    views = view_runs(run_ids, root)
    names = {view.class_names for view in views}
    if len(names) > 1:
        raise ReplayError("the runs have different classes, so one legend cannot name them: export them one by one")
    tracks = tuple(_track(reader, view.label, method) for reader, view in zip(readers, views, strict=True))
    class_names = names.pop()
    worst = _worst_first(readers[0], tracks[0], len(class_names))
    colored = worst[: len(PALETTE)] if len(class_names) > len(PALETTE) else tuple(range(len(class_names)))
    return Reel(tracks, class_names, colored, worst[:MOST_NAMES], METHOD_TITLES.get(method, method))


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


def _track(reader: RunReader, title: str, method: str) -> Track:
    keys = [key for key, config in _flat(reader) if config.get("method") == method]
    key = max(keys, key=lambda one: len(reader.frame_epochs(one)))
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
        raise ReplayError(f"run {reader.run_id} has no readable frame of its {method} map")
    return Track(title, samples.labels, frames)


def _worst_first(reader: RunReader, track: Track, classes: int) -> tuple[int, ...]:
    """The classes by their mean silhouettes at the last epoch of the first run; a few classes in their own order."""
    silhouettes = reader.silhouettes(max(track.frames))
    if classes <= MOST_NAMES or silhouettes is None or len(silhouettes) != len(track.labels):
        return tuple(range(classes))
    present = (int(one) for one in np.unique(track.labels))
    return tuple(sorted(present, key=lambda one: float(silhouettes[track.labels == one].mean())))
