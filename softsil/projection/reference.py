"""The anchor that the maps of an experiment, or of one watched sample, share: the first frame of its reference run."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsil.errors import SoftsilError, UnreadableFileError
from softsil.projection.points import Points, share_changed
from softsil.projection.registry import Frame, Projection
from softsil.projection.snapshots import Snapshots
from softsil.runs.reader import RunReader

# What makes two watched samples the same: neither their pictures nor the split they come from.
_IDENTITY = ("ids.npy", "labels.npy", "class_names.npy")
# A rotation changes no neighbor, storing the embeddings as float16 about one in two thousand.
_SAME_GEOMETRY = 0.01
_COMPARED_ROWS = 64
_LOOK_ALIKE = 0.02  # of the largest inner product


@dataclass(frozen=True)
class Anchor:
    """Where the first frame of a run starts.

    Attributes:
        run: the reference run, another one than the run that asks.
        frame: its first frame, or None while it has embeddings but no frame.
    """

    run: RunReader
    frame: Frame | None


def sample_mark(run: RunReader) -> tuple[int, ...] | None:
    """Checksums that tell watched samples apart, out of the archive's own list; None where there is no sample yet."""
    try:
        with zipfile.ZipFile(run.paths.samples) as archive:
            return tuple(archive.getinfo(name).CRC for name in _IDENTITY)
    except (OSError, KeyError, zipfile.BadZipFile):
        return None


def find_anchor(
    reader: RunReader, siblings: Sequence[RunReader], projection: Projection, snapshots: Snapshots, count: int
) -> Anchor | None:
    """The anchor of ``reader``, or None when it is the reference itself.

    The reference is the one that an earlier frame of the experiment names; before there is any, one outside the
    experiment that watches the same sample; else the oldest run of the experiment that has embeddings. A run that
    watches another number of points cannot serve.
    """
    others = [run for run in siblings if run.run_id != reader.run_id]
    own = {run.run_id for run in others if run.experiment == reader.experiment}
    named = {run.projection_config(projection.key).get("reference") for run in others}
    for run in sorted(others, key=lambda run: (run.run_id not in own, run.run_id not in named, run.run_id)):
        frame = _first_frame(run, projection, snapshots)
        if frame is not None and len(frame.layout) == count:
            return Anchor(run, frame)
    # Only its own experiment waits for a run: others may never have been asked for this projection.
    for run in sorted([reader, *(run for run in others if run.run_id in own)], key=lambda run: run.run_id):
        if run.run_id == reader.run_id:
            return None
        if _first_count(run, projection, snapshots) == count:
            return Anchor(run, None)
    return None


def find_frame(run: RunReader, epoch: int, projection: Projection, snapshots: Snapshots) -> Frame | None:
    """The frame of ``epoch`` with its embeddings, or None where there is none that can be read."""
    try:
        points = snapshots.points(run, epoch, projection.settings.metric)
        layout = run.frame(projection.key, epoch)
    except UnreadableFileError:
        return None
    return Frame(points, layout) if len(points) == len(layout) else None


def is_same_geometry(first: Points, second: Points) -> bool:
    """Whether two sets of embeddings differ by a rotation and rounding only, as far as their neighbors tell."""
    if len(first) != len(second) or not _look_alike(first.rows, second.rows):
        return False
    return share_changed(first, second) < _SAME_GEOMETRY


def _look_alike(first: NDArray[np.float32], second: NDArray[np.float32]) -> bool:
    # Inner products of a few rows, which a rotation keeps: spares most pairs the search for neighbors.
    few = slice(None, None, max(1, len(first) // _COMPARED_ROWS))
    one, other = (rows[few] @ rows[few].T for rows in (first, second))
    return bool(np.abs(one - other).max() <= _LOOK_ALIKE * np.abs(one).max())


def _first_frame(run: RunReader, projection: Projection, snapshots: Snapshots) -> Frame | None:
    for epoch in run.frame_epochs(projection.key)[:1]:
        return find_frame(run, epoch, projection, snapshots)
    return None


def _first_count(run: RunReader, projection: Projection, snapshots: Snapshots) -> int:
    for epoch in run.embedding_epochs():
        try:
            return len(snapshots.points(run, epoch, projection.settings.metric))
        except SoftsilError:
            continue
    return 0
