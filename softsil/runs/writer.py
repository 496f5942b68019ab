"""Writing a run folder: checked, complete and on disk when a call returns."""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import psutil
from numpy.typing import ArrayLike, NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.creation import create_run
from softsil.runs.files import append_json_line, write_array
from softsil.runs.lock import Hold, hold
from softsil.runs.paths import RunPaths, new_run_id, runs_root
from softsil.runs.rewind import rewind
from softsil.runs.samples import Samples
from softsil.runs.status import RunStatus, State, read_status, write_status

PROGRESS_INTERVAL_SECONDS = 0.5
_FLOAT16_MAX = float(np.finfo(np.float16).max)


class RunWriter:
    """Writes one training into its run folder: scalars, embeddings of a fixed sample, and the state of the run.

    Every call is on disk when it returns, and raises what goes wrong: jobs need that before they save a checkpoint. For
    a training loop of your own there is :class:`~softsil.runs.recorder.Recorder`, which works in the background.

    Use it as a context manager: leaving the block marks the run done, an exception marks it failed.

    Args:
        name: what people will call this run.
        samples: stable ids of the watched points, integers or text, length n; default 0…n−1.
        labels: class of each watched point, length n; needed for embeddings and silhouettes.
        thumbnails: uint8 images of the watched points, ``[n, height, width]`` or ``[n, height, width, 3]``.
        config: anything JSON can hold that says what was trained.
        root: the runs folder; default ``$SOFTSIL_RUNS``, else ``checkpoints``.
        class_names: name of each class; then ``labels`` are indices into it.
        split: the split the watched points come from; default ``"validation"``.
        experiment: runs that share this text are aligned with each other and compared.

    Raises:
        ValueError: ``labels``, ``samples`` and ``thumbnails`` do not fit together.

    Example:
        >>> with RunWriter("my run", labels=[0, 0, 1, 1], root=tmp) as writer:  # doctest: +SKIP
        ...     writer.log(1, embeddings=[[1, 0], [1, 0.1], [0, 1], [0.1, 1]], loss=0.3)
    """

    def __init__(
        self,
        name: str,
        samples: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        thumbnails: ArrayLike | None = None,
        config: Mapping[str, Any] | None = None,
        root: str | Path | None = None,
        *,
        class_names: Sequence[str] | None = None,
        split: str | ArrayLike | None = None,
        experiment: str | None = None,
    ) -> None:
        watched = None if labels is None else Samples.of(samples, labels, class_names, split, thumbnails)
        paths = RunPaths(runs_root(root), new_run_id(name))
        create_run(paths, name=name, experiment=experiment, kind="recorded", config=config or {})
        self._start(paths)
        if watched is not None:
            self._use(watched)

    @classmethod
    def open(cls, paths: RunPaths, *, resume_epoch: int | None = None, lock: Hold | None = None) -> RunWriter:
        """Write into a run folder that already has its ``config.json``.

        Args:
            paths: the run.
            resume_epoch: keep what was recorded up to this epoch and drop the rest; None starts afresh.
            lock: the run's ``alive.lock`` if the caller took it already.

        Raises:
            RunBusyError: another process writes this run.
        """
        writer = cls.__new__(cls)
        writer._start(paths, lock)
        rewind(paths, -1 if resume_epoch is None else resume_epoch)
        if resume_epoch is not None and paths.samples.exists():
            with contextlib.suppress(UnreadableFileError):  # damaged: the job picks the same sample again
                writer.samples = Samples.read(paths.samples)
        return writer

    def _start(self, paths: RunPaths, lock: Hold | None = None) -> None:
        self.paths = paths
        self.samples: Samples | None = None
        self._lock = lock or hold(paths.alive_lock)
        self._closed = False
        self._last_progress = 0.0
        process = psutil.Process()
        self.status = _last_word(paths).changed(
            state=State.RUNNING,
            pid=process.pid,
            process_started=process.create_time(),
            process_group=_own_process_group(),
            error=None,
        )
        write_status(paths, self.status)
        atexit.register(self._left_open)

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self.paths.run_id

    def write_samples(
        self,
        ids: ArrayLike | None,
        labels: ArrayLike,
        class_names: Sequence[str] | None = None,
        split: str | ArrayLike | None = None,
        thumbnails: ArrayLike | None = None,
    ) -> None:
        """Fix the watched sample; see :class:`RunWriter` for the arguments.

        Raises:
            ValueError: the parts do not fit together.
        """
        self._use(Samples.of(ids, labels, class_names, split, thumbnails))

    def log(
        self,
        epoch: int,
        embeddings: Any = None,
        *,
        predictions: Any = None,
        split: str = "train",
        step: int | None = None,
        **values: Any,
    ) -> None:
        """Record one epoch, or a part of it; may be called several times for the same epoch.

        Args:
            epoch: epochs finished; 0 is the state before training.
            embeddings: ``[n, d]`` of the watched sample, tensor or array, any float type. Its exact cosine silhouettes
                are stored with it.
            predictions: predicted class of each watched point, ``[n]``, coded like the labels.
            split: what ``values`` were measured on: ``"train"``, ``"validation"``, ``"test"`` or a name of your own.
            step: optimizer steps so far.
            **values: scalars (or lists of scalars); NaN and infinity are stored as null.

        Raises:
            ValueError: the shapes do not fit the watched sample, or an embedding is not finite.
        """
        self._check_open()
        # Predictions first: embeddings start the projector, and a frame on a page asks for them at once.
        if predictions is not None:
            self._log_predictions(int(epoch), as_array(predictions))
        if embeddings is not None:
            self._log_embeddings(int(epoch), as_array(embeddings), step)
        if values:
            self._append(int(epoch), step, split, {name: _as_json(value) for name, value in values.items()})
        if epoch > self.status.epoch:
            self.progress(epoch=int(epoch), step=0)

    def progress(self, *, force: bool = False, **changes: Any) -> None:
        """Update fields of :class:`~softsil.runs.status.RunStatus`; written at most twice a second unless ``force``."""
        self.status = self.status.changed(**changes)
        now = time.monotonic()
        if force or now - self._last_progress >= PROGRESS_INTERVAL_SECONDS:
            self._last_progress = now
            write_status(self.paths, self.status)

    def finish(self, state: State | str = State.DONE, error: str | None = None) -> None:
        """Write the last state and let go of the run; later calls do nothing."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self._left_open)
        self.status = self.status.changed(state=State(state), error=error, seconds_left=None, message=None)
        try:
            write_status(self.paths, self.status)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Mark the run done."""
        self.finish()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        elif isinstance(error, KeyboardInterrupt):
            self.finish(State.STOPPED, "stopped from the keyboard")
        else:
            self.finish(State.FAILED, f"{type(error).__name__}: {error}")

    def _left_open(self) -> None:
        self.finish(State.STOPPED, "the program ended without closing its recorder; use it in a with block")

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError(f"the recorder of {self.run_id} is closed; open a new run")

    def _use(self, samples: Samples) -> None:
        self.samples = samples
        samples.write(self.paths.samples)

    def _log_embeddings(self, epoch: int, embeddings: NDArray[Any], step: int | None) -> None:
        samples = self._require_samples("embeddings")
        if embeddings.ndim != 2 or len(embeddings) != len(samples):
            raise ValueError(
                f"embeddings at epoch {epoch} have shape {list(embeddings.shape)}, expected [{len(samples)}, d]: "
                "one row for each watched point"
            )
        embeddings = embeddings.astype(np.float32, copy=False)
        bad = np.flatnonzero(~np.isfinite(embeddings).all(axis=1))
        if len(bad):
            raise ValueError(f"embeddings at epoch {epoch} are not finite in {len(bad)} row(s), first row {bad[0]}")
        silhouettes = _silhouettes_by_part(embeddings, samples)
        write_array(self.paths.silhouettes(epoch), silhouettes)
        fits = np.abs(embeddings).max(initial=0.0) <= _FLOAT16_MAX
        write_array(self.paths.embeddings(epoch), embeddings.astype(np.float16) if fits else embeddings)
        self._append(epoch, step, "watched", _summary(silhouettes, samples))

    def _log_predictions(self, epoch: int, predictions: NDArray[Any]) -> None:
        samples = self._require_samples("predictions")
        if predictions.shape != (len(samples),):
            raise ValueError(f"predictions have shape {list(predictions.shape)}, expected [{len(samples)}]")
        write_array(self.paths.predictions(epoch), samples.encode(predictions))

    def _require_samples(self, what: str) -> Samples:
        if self.samples is None:
            raise ValueError(f"{what} need the labels of the watched sample: Recorder(name, labels=…)")
        return self.samples

    def _append(self, epoch: int, step: int | None, split: str, values: Mapping[str, Any]) -> None:
        append_json_line(
            self.paths.metrics,
            {"time": round(time.time(), 3), "epoch": epoch, "step": step, "split": split, **values},
        )


def _own_process_group() -> int | None:
    # Only a group of our own may ever be killed with the run: in a terminal the group is the user's.
    return os.getpid() if hasattr(os, "getpgid") and os.getpgid(0) == os.getpid() else None


def _last_word(paths: RunPaths) -> RunStatus:
    try:
        return read_status(paths)
    except UnreadableFileError:
        return RunStatus(State.QUEUED)


def as_array(value: Any) -> NDArray[Any]:
    """A tensor, on any device, or anything like an array, as an array."""
    # Duck-typed, so that recording scalars does not import torch.
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float().numpy() if value.is_floating_point() else value.numpy()
    return np.asarray(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    array = as_array(value)
    if array.ndim:
        return [_as_json(item) for item in array.tolist()]
    number = float(array)
    return number if math.isfinite(number) else None


def _silhouettes_by_part(embeddings: NDArray[np.float32], samples: Samples) -> NDArray[np.float32]:
    """Held-out points among held-out points, training points among training points: neither can flatter the other."""
    values = np.empty(len(samples), dtype=np.float32)
    for part in (samples.held_out, ~samples.held_out):
        values[part] = _cosine_silhouettes(embeddings[part], samples.labels[part])
    return values


def _cosine_silhouettes(embeddings: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    if not 2 <= len(np.unique(labels)) < len(labels):
        # Undefined with one class, or with one sample a class; 0 is "neither good nor bad".
        return np.zeros(len(labels), dtype=np.float32)
    import torch

    from softsil.metrics import silhouette_samples

    values = silhouette_samples(torch.from_numpy(embeddings), torch.from_numpy(labels), metric="cosine")
    return np.asarray(values.numpy(), dtype=np.float32)


def _summary(silhouettes: NDArray[np.float32], samples: Samples) -> dict[str, Any]:
    """Of the held-out points alone."""
    classes = len(samples.class_names)
    labels, silhouettes = samples.labels[samples.held_out], silhouettes[samples.held_out]
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, weights=silhouettes, minlength=classes)
    per_class = [round(float(s / c), 6) if c else None for s, c in zip(sums, counts, strict=True)]
    return {"silhouette": round(float(silhouettes.mean()), 6), "silhouette_per_class": per_class}
