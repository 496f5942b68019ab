"""Writing beside the training: in order, on one thread, at most one piece of work behind."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from trainers.errors import StopRequested


class Background:
    """Carries out one piece of work after the other while the caller goes on; a context manager.

    What goes wrong comes up at the next call, or at the end of the block. A block that fails by itself, by anything but
    a request to stop, keeps its own error; the work that was begun is finished in any case.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._last: Future[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no work is under way."""
        return self._last is None or self._last.done()

    def begin(self, work: Callable[[], None]) -> None:
        """Wait for the work before, then begin this one.

        Raises:
            Exception: what the work before raised; this one is not begun then.
        """
        self.finish()
        self._last = self._pool.submit(work)

    def finish(self) -> None:
        """Wait for the work under way.

        Raises:
            Exception: what it raised.
        """
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def __enter__(self) -> Background:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failed = error is not None and not isinstance(error, StopRequested)
        try:
            with contextlib.suppress(Exception) if failed else contextlib.nullcontext():
                self.finish()
        finally:
            self._pool.shutdown()
