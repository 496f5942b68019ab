"""Recording a training loop of your own: never slows it, never breaks it."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from numpy.typing import ArrayLike

from softsil.runs.paths import RunPaths
from softsil.runs.status import State
from softsil.runs.writer import RunWriter, as_array

EMBEDDINGS_WAITING = 4
CALLS_WAITING = 10_000
_LOG = logging.getLogger("softsil")
_Call = Callable[[], None]


class Recorder:
    """Records one training: scalars, embeddings of a fixed sample, and the state of the run.

    ``log`` takes a copy and returns; a background thread computes silhouettes and writes. If the disk is slower than
    the training, embeddings of some epochs are left out, scalars only after ten thousand waiting calls; what goes wrong
    or is left out is said once by ``logging`` and in the run's ``log.txt``, and the training goes on. With
    ``strict=True`` every call writes at once and raises what goes wrong.

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
        strict: write at once and raise errors, instead of in the background and logging them.

    Raises:
        ValueError: ``labels``, ``samples`` and ``thumbnails`` do not fit together; raised in any case, since nothing
            has been trained yet.

    Example:
        >>> from softsil import Recorder
        >>> with Recorder("my run", labels=[0, 0, 1, 1], root=tmp) as recorder:  # doctest: +SKIP
        ...     recorder.log(1, embeddings=[[1, 0], [1, 0.1], [0, 1], [0.1, 1]], loss=0.3)
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
        strict: bool = False,
    ) -> None:
        self._writer = RunWriter(
            name, samples, labels, thumbnails, config, root, class_names=class_names, split=split, experiment=experiment
        )
        self.strict = strict
        self.left_out = 0
        self._said: set[str] = set()
        self._embeddings_waiting = threading.Semaphore(EMBEDDINGS_WAITING)
        self._calls: queue.Queue[_Call | None] = queue.Queue(CALLS_WAITING)
        self._thread = threading.Thread(target=self._work, name=f"recorder of {self.run_id}", daemon=True)
        if not strict:
            self._thread.start()
            # The writer's own last word at exit would come before what still waits.
            atexit.register(self._left_open)

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self._writer.run_id

    @property
    def paths(self) -> RunPaths:
        """Where the run's files are."""
        return self._writer.paths

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
                are stored with it. Tensors on a GPU are copied there, without waiting for it.
            predictions: predicted class of each watched point, ``[n]``, coded like the labels.
            split: what ``values`` were measured on: ``"train"``, ``"validation"``, ``"test"`` or a name of your own.
            step: optimizer steps so far.
            **values: scalars (or lists of scalars); NaN and infinity are stored as null.

        Raises:
            ValueError: only if ``strict``: the shapes do not fit the watched sample, an embedding is not finite, or the
                recorder is closed.
        """
        if self.strict:
            self._writer.log(epoch, embeddings, predictions=predictions, split=split, step=step, **values)
            return
        if not self._thread.is_alive():
            self._say(f"epoch {epoch} was logged after the recorder of {self.run_id} was closed, and is not recorded")
            return
        try:
            self._log_later(epoch, embeddings, predictions, split, step, values)
        except Exception as error:
            self._say(f"epoch {epoch} was not recorded: {type(error).__name__}: {error}")

    def write_samples(
        self,
        labels: ArrayLike,
        samples: ArrayLike | None = None,
        thumbnails: ArrayLike | None = None,
        *,
        class_names: Sequence[str] | None = None,
        split: str | ArrayLike | None = None,
    ) -> None:
        """Fix the watched sample, where the labels were not known at the start; arguments as for the class.

        Raises:
            ValueError: only if ``strict``: the parts do not fit together.
        """

        def write() -> None:
            self._writer.write_samples(samples, labels, class_names, split, thumbnails)

        if self.strict:
            write()
        else:
            self._enqueue(write, self._writer.status.epoch)

    def flush(self) -> None:
        """Wait until everything logged so far is on disk."""
        if self._thread.is_alive():
            done = threading.Event()
            self._calls.put(done.set)
            done.wait()

    def finish(self, state: State | str = State.DONE, error: str | None = None) -> None:
        """Write what still waits and the last state, and let go of the run; later calls do nothing."""
        if self._thread.is_alive():
            self._calls.put(None)
            self._thread.join()
            atexit.unregister(self._left_open)
        self._guard(lambda: self._writer.finish(state, error))

    def close(self) -> None:
        """Mark the run done."""
        self.finish()

    def __enter__(self) -> Recorder:
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

    def _log_later(
        self, epoch: int, embeddings: Any, predictions: Any, split: str, step: int | None, values: Mapping[str, Any]
    ) -> None:
        held = {name: _copy(value) for name, value in values.items()}
        if embeddings is None and predictions is None:
            self._enqueue(lambda: self._writer.log(epoch, split=split, step=step, **held), epoch)
            return
        if held:
            self._log_later(epoch, None, None, split, step, held)
        if not self._embeddings_waiting.acquire(blocking=False):
            self.left_out += 1
            self._say(f"the disk is slower than the training: embeddings of epoch {epoch} are left out", once="slow")
            return
        points, predicted = _copy(embeddings), _copy(predictions)

        def write() -> None:
            try:
                self._writer.log(epoch, points, predictions=predicted, step=step)
            finally:
                self._embeddings_waiting.release()

        self._enqueue(write, epoch)

    def _enqueue(self, call: _Call, epoch: int) -> None:
        try:
            self._calls.put_nowait(call)
        except queue.Full:
            self.left_out += 1
            self._say(f"the disk is much slower than the training: values of epoch {epoch} are left out", once="full")

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            self._guard(call)

    def _guard(self, call: _Call) -> None:
        """Carry out a call; unless strict, say what goes wrong instead of raising it."""
        if self.strict:
            call()
            return
        try:
            call()
        except Exception as error:
            self._say(f"not recorded: {error}", once=type(error).__name__)

    def _say(self, sentence: str, once: str | None = None) -> None:
        """One warning, in the program's log and in the run's; of the kind ``once`` only the first."""
        if (once or sentence) in self._said:
            return
        self._said.add(once or sentence)
        _LOG.warning(sentence)
        try:
            with self.paths.log.open("a", encoding="utf-8") as log:
                log.write(sentence + "\n")
        except OSError:
            pass  # a full or vanished disk is what the warning is about

    def _left_open(self) -> None:
        self.finish(State.STOPPED, "the program ended without closing its recorder; use it in a with block")


def _copy(value: Any) -> Any:
    """What a caller may change as soon as ``log`` returns; on a GPU the copy is queued, not waited for."""
    if hasattr(value, "detach"):
        return value.detach().clone()
    if isinstance(value, list | tuple):
        return [_copy(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return as_array(value).copy()
