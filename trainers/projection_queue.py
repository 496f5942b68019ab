"""Which frame to write next, over all runs of a folder."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from softsil.errors import SoftsilError
from softsil.projection.follow import Follower
from softsil.projection.reference import sample_mark
from softsil.projection.registry import Projection, default_projections, parse_projection
from softsil.projection.snapshots import Snapshots
from softsil.runs.lock import is_held
from softsil.runs.paths import is_run_id
from softsil.runs.reader import RunReader
from trainers.projection_requests import take_requests

# A folder that made trouble (disk full, no permission) is tried again after this long.
RETRY_SECONDS = 30.0
SETTLED_NANOSECONDS = 2_000_000_000
INSTANT_METHODS = ("pca",)

log = logging.getLogger("projector")


@dataclass
class _Task:
    """One projection of one run with the epochs it still lacks."""

    follower: Follower
    live: bool = False
    lacking: list[int] = field(default_factory=list)
    last_turn: int = 0
    not_before: float = 0.0
    is_gap: bool = False
    looked_back: bool = False

    @property
    def instant(self) -> bool:
        return self.follower.projection.method in INSTANT_METHODS

    @property
    def awaited(self) -> bool:
        """Whether somebody may be watching for its next frame."""
        return self.live and not self.is_gap

    @property
    def urgency(self) -> tuple[bool, bool, bool, bool, int]:
        """The smallest goes first."""
        measures = not self.lacking
        return measures or not self.instant, not self.live, self.is_gap, measures, self.last_turn


@dataclass
class _Watched:
    """One run folder and what it looked like at the last look."""

    reader: RunReader
    experiment: str
    embeddings_folder: str
    stamp: int | None = None
    tasks: dict[str, _Task] = field(default_factory=dict)
    sample: tuple[int, ...] | None = None

    def shares_map_with(self, other: _Watched) -> bool:
        """Whether their maps lie over each other: one experiment, or one watched sample."""
        if self.experiment == other.experiment:
            return True
        for each in (self, other):
            each.sample = each.sample or sample_mark(each.reader)
        return self.sample is not None and self.sample == other.sample


class ProjectionQueue:
    """All runs of a folder, their missing frames, and the order in which to write them.

    First PCA (milliseconds), then UMAP of the newest epochs of running jobs, then the quality of these maps, then
    everything else; among equals, the run that waited longest. A run without news costs one look at the time stamp of
    a folder.

    Args:
        root: the runs folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._snapshots = Snapshots(capacity=12)
        self._runs: dict[str, _Watched] = {}
        self._busy: dict[tuple[str, str], _Task] = {}
        self._turn = 0

    def scan(self) -> bool:
        """Look for new runs, new embeddings and requests; whether there were any."""
        try:
            names = [name for name in os.listdir(self._root) if is_run_id(name)]
        except FileNotFoundError:
            return False
        for gone in self._runs.keys() - set(names):
            del self._runs[gone]
            self._busy = {key: task for key, task in self._busy.items() if key[0] != gone}
        news = False
        for name in names:
            try:
                news = self._look_at(name) or news
            except (SoftsilError, OSError) as error:
                log.warning("%s is passed over: %s", name, error)
        return self._take_requests() or news

    def work(self, *, only_instant: bool = False) -> bool:
        """Write the most urgent frame; whether there was one.

        Args:
            only_instant: only what needs no compiled code; such frames get their quality later.
        """
        now = time.monotonic()
        ready = [task for task in self._busy.values() if task.not_before <= now and (task.instant or not only_instant)]
        ready = [task for task in ready if task.lacking or not only_instant]
        if not ready:
            return not only_instant and self._look_back()
        task = min(ready, key=lambda t: t.urgency)
        self._turn += 1
        task.last_turn = self._turn
        try:
            self._serve(task, measure=not (only_instant or task.awaited))
        except Exception:
            # Whatever one folder holds, the others must be served.
            log.exception("%s of %s: trying again in %.0f s", task.follower.key, task.follower.reader, RETRY_SECONDS)
            task.not_before = time.monotonic() + RETRY_SECONDS
            return False
        return True

    def anything_alive(self) -> bool:
        """Whether a run still has a living writer, so that more embeddings may come."""
        return any(is_held(watched.reader.paths.alive_lock) for watched in self._runs.values())

    def _look_at(self, name: str) -> bool:
        watched = self._runs.get(name)
        if watched is None:
            reader = RunReader(name, self._root)
            if not reader.paths.config.exists():
                return False  # being made, or no run at all
            watched = self._runs[name] = _Watched(reader, reader.experiment, str(reader.paths.embeddings_folder))
            for projection in default_projections():
                self._add(watched, projection)
            self._add_requested_before(watched)
        try:
            stamp = os.stat(watched.embeddings_folder).st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            return False
        if stamp == watched.stamp:
            return False
        # Two files within one tick of the file system's clock leave one time stamp: trust it only when it is old.
        watched.stamp = stamp if abs(time.time_ns() - stamp) > SETTLED_NANOSECONDS else None
        for task in watched.tasks.values():
            self._refresh(task)
        return True

    def _add(self, watched: _Watched, projection: Projection) -> None:
        if projection.key not in watched.tasks:
            watched.tasks[projection.key] = _Task(Follower(watched.reader, projection, self._snapshots))

    def _add_requested_before(self, watched: _Watched) -> None:
        for key in watched.reader.projections():
            config = watched.reader.projection_config(key)
            try:
                projection = parse_projection({k: v for k, v in config.items() if k not in ("schema", "reference")})
            except (ValueError, KeyError):
                continue  # of another version, or torn: it stays as it is
            self._add(watched, projection)

    def _take_requests(self) -> bool:
        taken = False
        for request in take_requests(self._root):
            taken = True
            for run_id in request.run_ids:
                watched = self._runs.get(run_id)
                if watched is not None:
                    self._add(watched, request.projection)
                    self._refresh(watched.tasks[request.projection.key])
        return taken

    def _refresh(self, task: _Task) -> None:
        reader = task.follower.reader
        task.live = reader.status.state.is_active
        task.lacking = task.follower.pending(newest_first=task.live)
        task.is_gap = bool(task.lacking) and task.lacking[0] < max(reader.frame_epochs(task.follower.key), default=-1)
        key = (reader.run_id, task.follower.key)
        if task.lacking or task.follower.unmeasured:
            self._busy[key] = task
        else:
            self._busy.pop(key, None)

    def _serve(self, task: _Task, *, measure: bool) -> None:
        follower = task.follower
        if not task.lacking:
            follower.measure(follower.unmeasured[-1])
        else:
            known = len(follower.problems)
            follower.write(task.lacking[0], self._siblings(follower.reader.run_id), measure=measure)
            for problem in follower.problems[known:]:
                log.warning("skipped: %s", problem)
        self._refresh(task)

    def _look_back(self) -> bool:
        """With nothing else to do: whether frames were found that an earlier projector left unmeasured."""
        for watched in self._runs.values():
            for task in watched.tasks.values():
                if not task.looked_back:
                    task.looked_back = True
                    task.follower.find_unmeasured()
                    self._refresh(task)
                    if task.follower.unmeasured:
                        return True
        return False

    def _siblings(self, run_id: str) -> list[RunReader]:
        own = self._runs[run_id]
        return [self._runs[name].reader for name in sorted(self._runs) if own.shares_map_with(self._runs[name])]
