"""The anchor that the maps of an experiment share: the first frame of its reference run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from softsil.errors import SoftsilError, UnreadableFileError
from softsil.projection.points import Points, share_changed
from softsil.projection.registry import Frame, Projection
from softsil.projection.snapshots import Snapshots
from softsil.runs.reader import RunReader

# A rotation changes no neighbor, storing the embeddings as float16 about one in two thousand.
_SAME_GEOMETRY = 0.01


@dataclass(frozen=True)
class Anchor:
    """Where the first frame of a run starts.

    Attributes:
        run: the reference run, another one than the run that asks.
        frame: its first frame, or None while it has embeddings but no frame.
    """

    run: RunReader
    frame: Frame | None


def find_anchor(
    reader: RunReader, siblings: Sequence[RunReader], projection: Projection, snapshots: Snapshots, count: int
) -> Anchor | None:
    """The anchor of ``reader``, or None when it is the reference itself.

    The reference is the one that an earlier frame of the experiment names; before there is any, the oldest run that
    has embeddings. A run that watches another number of points cannot serve.
    """
    others = [run for run in siblings if run.run_id != reader.run_id]
    named = [run.projection_config(projection.key).get("reference") for run in others]
    for run in sorted(others, key=lambda run: (run.run_id not in named, run.run_id)):
        frame = _first_frame(run, projection, snapshots)
        if frame is not None and len(frame.layout) == count:
            return Anchor(run, frame)
    for run in sorted([reader, *others], key=lambda run: run.run_id):
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
    return len(first) == len(second) and share_changed(first, second) < _SAME_GEOMETRY


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
