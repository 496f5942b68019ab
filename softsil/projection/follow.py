"""Writing the frames that a run still lacks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError
from softsil.projection.alignment import register
from softsil.projection.points import Points
from softsil.projection.quality import jitter, map_neighbors, neighbors_kept, trustworthiness
from softsil.projection.reference import Anchor, find_anchor, find_frame, is_same_geometry, sample_mark
from softsil.projection.registry import Frame, Projection
from softsil.projection.snapshots import Snapshots
from softsil.runs.files import read_array, write_array, write_json
from softsil.runs.reader import RunReader, list_runs

MEASURED = "trustworthiness"  # in the figures of a frame once it was measured, null where it is not defined


class Follower:
    """One projection of one run, brought up to date frame by frame.

    A frame starts from the nearest earlier frame and is registered to it. The first frame of a run starts from the
    first frame of a reference run, of its experiment or at least of the same watched sample, and as long as two such
    runs have one geometry, they have one map.
    Embeddings that cannot be read are skipped and named in :attr:`problems`, until the file changes.

    Args:
        reader: the run.
        projection: method and settings.
        snapshots: embeddings read lately, shared between followers.

    Attributes:
        problems: one sentence for each file that was skipped.
        unmeasured: epochs whose frame was written without its quality, by this follower or, once
            :meth:`find_unmeasured` has looked, by any; see :meth:`measure`.
    """

    def __init__(self, reader: RunReader, projection: Projection, snapshots: Snapshots | None = None) -> None:
        self.reader = reader
        self.projection = projection
        self.problems: list[str] = []
        self.unmeasured: list[int] = []
        self._snapshots = snapshots or Snapshots()
        self._unreadable: dict[int, int] = {}
        self._parted: set[str] = set()  # runs whose map is another one by now

    @property
    def key(self) -> str:
        """Folder name of the projection."""
        return self.projection.key

    def pending(self, *, newest_first: bool = False) -> list[int]:
        """Epochs that lack a frame, in the order to write them.

        The very first epoch always comes first: it is the anchor. After it, ``newest_first`` puts the newest epoch
        before the gaps, so that the map of a running job keeps up.
        """
        written = set(self.reader.frame_epochs(self.key))
        lacking = [e for e in self.reader.embedding_epochs() if e not in written and not self._is_known_bad(e)]
        if newest_first and written and lacking and lacking[-1] > max(written):
            return [lacking[-1], *lacking[:-1]]
        return lacking

    def write(self, epoch: int, siblings: Sequence[RunReader] | None = None, *, measure: bool = True) -> bool:
        """Project ``epoch`` and write its frame.

        Args:
            epoch: an epoch with embeddings.
            siblings: runs whose maps this one lies over; default: looked up in the runs folder.
            measure: also measure the quality of the map, which takes longer than the map; without it the frame is seen
                sooner, and its figures are missing until :meth:`measure`.

        Returns:
            Whether a frame was written; False when the embeddings cannot be read (then see :attr:`problems`), or the
            run was changed or deleted meanwhile.
        """
        stamp = self._stamp(epoch)
        try:
            points = self._snapshots.points(self.reader, epoch, self.projection.settings.metric)
        except UnreadableFileError as error:
            self._unreadable[epoch] = stamp
            self.problems.append(str(error))
            return False
        began = time.perf_counter()
        previous_epoch, previous = self._previous(epoch, len(points))
        known = related_runs(self.reader) if siblings is None else siblings
        anchor = None if previous else self._anchor(known, len(points))
        # Before there is a frame, hundreds of runs may watch this sample: the anchor speaks for them.
        peers = known if previous else [run for run in known if run.experiment == self.reader.experiment]
        twin = self._twin(epoch, points, previous_epoch, previous, [*peers, *([anchor.run] if anchor else [])])
        start = previous or (anchor.frame if anchor else None)
        layout, figures = (twin, {"residual": 0.0}) if twin is not None else self._project(points, start)
        figures = {
            "epoch": epoch,
            "method": self.projection.method,
            "previous": previous_epoch,
            "jitter": None if previous is None else _rounded(jitter(layout, previous.layout)),
            **figures,
            "seconds": round(time.perf_counter() - began, 4),
            **(measure_map(points, layout) if measure else {}),
        }
        if stamp != self._stamp(epoch) or not self.reader.paths.config.exists():
            return False
        self._store(epoch, layout, figures, anchor)
        if not measure:
            self.unmeasured.append(epoch)
        return True

    def measure(self, epoch: int) -> None:
        """Add the quality figures to a frame that was written without them."""
        self.unmeasured.remove(epoch)
        try:
            points = self._snapshots.points(self.reader, epoch, self.projection.settings.metric)
            layout = self.reader.frame(self.key, epoch)
        except UnreadableFileError:
            return
        figures = measure_map(points, layout) if len(layout) == len(points) else {}
        if self.reader.paths.config.exists():  # else the run was deleted meanwhile
            self._update_figures(epoch, figures)

    def find_unmeasured(self) -> None:
        """Look which frames have no quality figures because whoever wrote them was ended before it measured."""
        epochs = self.reader.frame_epochs(self.key)
        self.unmeasured = [e for e in epochs if MEASURED not in self.reader.frame_quality(self.key, e)]

    def _project(self, points: Points, start: Frame | None) -> tuple[NDArray[np.float32], dict[str, Any]]:
        if start is not None and np.array_equal(start.points.rows, points.rows):
            return start.layout, {"residual": 0.0}  # the same embeddings belong in the same places
        projected = self.projection.spec.project(points, self.projection.settings, start)
        if start is None:
            return projected.layout, {"residual": None, **projected.details}
        registration = register(projected.layout, start.layout)
        return registration.layout, {"residual": round(registration.residual, 6), **projected.details}

    def _twin(
        self,
        epoch: int,
        points: Points,
        previous_epoch: int | None,
        previous: Frame | None,
        siblings: Sequence[RunReader],
    ) -> NDArray[np.float32] | None:
        for run in siblings:
            if run.run_id in {self.reader.run_id, *self._parted} or epoch not in run.frame_epochs(self.key):
                continue
            if previous_epoch is not None and previous and not self._had_this_frame(run, previous_epoch, previous):
                continue
            frame = find_frame(run, epoch, self.projection, self._snapshots)
            if frame is not None and is_same_geometry(frame.points, points):
                return frame.layout
            self._parted.add(run.run_id)
        return None

    def _had_this_frame(self, run: RunReader, epoch: int, frame: Frame) -> bool:
        try:
            layout = run.frame(self.key, epoch)
        except UnreadableFileError:
            return False
        if np.array_equal(layout, frame.layout):
            return True
        self._parted.add(run.run_id)
        return False

    def _previous(self, epoch: int, count: int) -> tuple[int | None, Frame | None]:
        for earlier in reversed([e for e in self.reader.frame_epochs(self.key) if e < epoch]):
            frame = find_frame(self.reader, earlier, self.projection, self._snapshots)
            if frame is not None and len(frame.layout) == count:
                return earlier, frame
        return None, None

    def _anchor(self, known: Sequence[RunReader], count: int) -> Anchor | None:
        anchor = find_anchor(self.reader, known, self.projection, self._snapshots, count)
        if anchor is not None and anchor.frame is None:
            # The reference run has embeddings but no frame yet: its first frame comes first.
            leader = Follower(anchor.run, self.projection, self._snapshots)
            for epoch in leader.pending()[:1]:
                leader.write(epoch, [anchor.run])
            anchor = find_anchor(self.reader, known, self.projection, self._snapshots, count)
        return anchor if anchor is not None and anchor.frame is not None else None

    def _store(self, epoch: int, layout: NDArray[np.float32], figures: dict[str, Any], anchor: Anchor | None) -> None:
        paths = self.reader.paths
        if not (paths.projection(self.key) / "config.json").exists() or not self.reader.frame_epochs(self.key):
            reference = self.reader.run_id if anchor is None else anchor.run.run_id
            config = {"schema": 1, **self.projection.as_config(), "reference": reference}
            write_json(paths.projection(self.key) / "config.json", config)
        # Figures first: whoever sees the frame finds them.
        write_json(paths.frame_quality(self.key, epoch), figures)
        write_array(paths.frame(self.key, epoch), layout)
        self._correct_jitter_after(epoch, layout)

    def _correct_jitter_after(self, epoch: int, layout: NDArray[np.float32]) -> None:
        later = [e for e in self.reader.frame_epochs(self.key) if e > epoch]
        if later:
            try:
                following = read_array(self.reader.paths.frame(self.key, later[0]))
            except UnreadableFileError:
                return
            self._update_figures(later[0], {"previous": epoch, "jitter": _rounded(jitter(following, layout))})

    def _update_figures(self, epoch: int, changes: dict[str, Any]) -> None:
        figures = self.reader.frame_quality(self.key, epoch)
        write_json(self.reader.paths.frame_quality(self.key, epoch), {**figures, **changes})

    def _stamp(self, epoch: int) -> int:
        try:
            return self.reader.paths.embeddings(epoch).stat().st_mtime_ns
        except OSError:
            return -1

    def _is_known_bad(self, epoch: int) -> bool:
        return epoch in self._unreadable and self._unreadable[epoch] == self._stamp(epoch)


def measure_map(points: Points, layout: NDArray[np.float32]) -> dict[str, float | None]:
    """Trustworthiness and neighbors kept of one frame."""
    near = map_neighbors(layout)
    figures = {MEASURED: trustworthiness(points, near), "neighbours_kept": neighbors_kept(points, near)}
    return {name: _rounded(value) for name, value in figures.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def related_runs(reader: RunReader) -> list[RunReader]:
    """All runs of the experiment of ``reader`` or with the same watched sample, oldest first, itself included."""
    experiment, mark = reader.experiment, sample_mark(reader)
    return [
        run
        for run in reversed(list_runs(reader.paths.root))
        if run.experiment == experiment or (mark is not None and sample_mark(run) == mark)
    ]


def write_missing_frames(reader: RunReader, projection: Projection, *, newest_first: bool = False) -> list[str]:
    """Write every frame that ``projection`` of a run still lacks; with the default order the result is repeatable.

    Returns:
        One sentence for each snapshot that had to be skipped.
    """
    follower = Follower(reader, projection)
    siblings = related_runs(reader)
    while pending := follower.pending(newest_first=newest_first):
        follower.write(pending[0], siblings)
    return follower.problems
