"""Reading a run folder while somebody may still be writing it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from softsil.errors import RunNotFoundError, UnreadableFileError
from softsil.runs.files import read_array, read_json, read_json_lines
from softsil.runs.notes import Notes, read_notes
from softsil.runs.paths import RunPaths, epochs_in, is_projection_key, is_run_id, runs_root
from softsil.runs.samples import Samples
from softsil.runs.status import RunStatus, State, current_status

T = TypeVar("T")


class RunReader:
    """Read-only view of one run. Every call looks at the disk; nothing is cached, nothing is written.

    A torn or missing file never raises from the listing methods: it is left out and named in :attr:`problems`.

    Args:
        run_id: id of the run.
        root: the runs folder; default as :func:`softsil.runs.paths.runs_root`.

    Raises:
        InvalidRunIdError: not a run id.
        RunNotFoundError: no such folder.
    """

    def __init__(self, run_id: str, root: str | Path | None = None) -> None:
        self.paths = RunPaths(runs_root(root), run_id)
        self.problems: list[str] = []
        if not self.paths.folder.is_dir():
            raise RunNotFoundError(f"there is no run {run_id!r} in {self.paths.root}")

    def __repr__(self) -> str:
        return f"RunReader({self.run_id!r})"

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self.paths.run_id

    @property
    def config(self) -> dict[str, Any]:
        """The whole of ``config.json``; empty if it cannot be read."""
        return self._tolerate(lambda: read_json(self.paths.config), {})

    @property
    def notes(self) -> Notes:
        """What people wrote about the run; empty where it cannot be read."""
        return self._tolerate(lambda: read_notes(self.paths), Notes())

    @property
    def name(self) -> str:
        """The name people gave the run, at its launch or later, or its id."""
        return str(self.notes.name or self.config.get("name") or self.run_id)

    @property
    def experiment(self) -> str:
        """Id that runs launched together share, or the run's own id."""
        return str(self.config.get("experiment") or self.run_id)

    @property
    def status(self) -> RunStatus:
        """The state now, ``crashed`` included; a run without a readable status counts as crashed."""
        fallback = RunStatus(State.CRASHED, error="status.json is missing or damaged", updated=0.0)
        return self._tolerate(lambda: current_status(self.paths), fallback)

    @property
    def samples(self) -> Samples | None:
        """The watched sample, or None while there is none."""
        if not self.paths.samples.exists():
            return None
        return self._tolerate(lambda: Samples.read(self.paths.samples), None)

    def history(self, split: str | None = None) -> list[dict[str, Any]]:
        """Rows of ``metrics.jsonl`` by epoch; rows of the same epoch and split are merged, the later value counts.

        Args:
            split: keep only this split.
        """
        rows, unreadable = read_json_lines(self.paths.metrics)
        if unreadable:
            self._report(f"{self.run_id}/metrics.jsonl: {unreadable} unreadable line(s) left out")
        merged: dict[tuple[int, str], dict[str, Any]] = {}
        for row in rows:
            if isinstance(row.get("epoch"), int):
                merged.setdefault((row["epoch"], str(row.get("split"))), {}).update(row)
        chosen = [row for (_, name), row in merged.items() if split in (None, name)]
        return sorted(chosen, key=lambda row: row["epoch"])

    def embedding_epochs(self) -> list[int]:
        """Epochs with an embedding snapshot, ascending."""
        return epochs_in(self.paths.embeddings_folder)

    def embeddings(self, epoch: int) -> NDArray[np.float32]:
        """Embeddings of the watched sample, float32 ``[n, d]``.

        Raises:
            UnreadableFileError: missing, truncated, not a matrix, or not finite.
        """
        array = read_array(self.paths.embeddings(epoch))
        is_matrix = array.ndim == 2 and array.dtype.kind == "f"
        if not is_matrix or not np.isfinite(array).all():
            raise UnreadableFileError(
                f"{self.run_id}/embeddings/epoch_{epoch:05d}.npy should be a finite float matrix, "
                f"found {array.dtype} {list(array.shape)}{' with NaN or infinity' if is_matrix else ''}"
            )
        return array.astype(np.float32)

    def predictions(self, epoch: int) -> NDArray[np.int32] | None:
        """Predicted class of each watched point, or None where it was not stored."""
        return self._optional_array(self.paths.predictions(epoch), np.int32)

    def silhouettes(self, epoch: int) -> NDArray[np.float32] | None:
        """Cosine silhouette of each watched point, or None where it was not stored."""
        return self._optional_array(self.paths.silhouettes(epoch), np.float32)

    def projections(self) -> list[str]:
        """Keys of the projections of this run, sorted; anything else in their folder is passed over."""
        try:
            return sorted(filter(is_projection_key, os.listdir(self.paths.projections)))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def projection_config(self, key: str) -> dict[str, Any]:
        """Settings of the projection ``key``; empty if they cannot be read."""
        return self._tolerate(lambda: read_json(self.paths.projection(key) / "config.json"), {})

    def frame_epochs(self, key: str) -> list[int]:
        """Epochs with a frame in the projection ``key``, ascending."""
        return epochs_in(self.paths.projection(key))

    def frame(self, key: str, epoch: int) -> NDArray[np.float32]:
        """Coordinates of one frame, float32 ``[n, 2]`` or ``[n, 3]``.

        Raises:
            UnreadableFileError: missing or truncated.
        """
        return read_array(self.paths.frame(key, epoch)).astype(np.float32, copy=False)

    def frame_quality(self, key: str, epoch: int) -> dict[str, Any]:
        """Measured quality of one frame; empty if it cannot be read."""
        return self._tolerate(lambda: read_json(self.paths.frame_quality(key, epoch)), {})

    def _optional_array(self, path: Path, dtype: type[Any]) -> NDArray[Any] | None:
        if not path.exists():
            return None
        return self._tolerate(lambda: read_array(path).astype(dtype, copy=False), None)

    def _tolerate(self, read: Callable[[], T], fallback: T) -> T:
        try:
            return read()
        except UnreadableFileError as error:
            self._report(str(error))
            return fallback

    def _report(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def list_runs(root: str | Path | None = None) -> list[RunReader]:
    """All runs in the runs folder, newest first; anything that is not a run folder is passed over."""
    folder = runs_root(root)
    try:
        with os.scandir(folder) as entries:
            ids = [entry.name for entry in entries if is_run_id(entry.name) and entry.is_dir()]
    except FileNotFoundError:
        return []
    return [RunReader(run_id, folder) for run_id in sorted(ids, reverse=True)]
