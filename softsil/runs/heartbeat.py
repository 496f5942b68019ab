"""A sign of life that other machines can read, where a lock cannot be relied on to reach them.

A lock is seen at once by every process of the same machine, and on most network file systems by other machines; not
on mounts whose locks are local to a machine. So a writer that works on a cluster also renews a small file. Readers on
its own machine go by the lock alone; readers elsewhere also believe a file that was renewed lately, which supposes
that the clocks of the machines agree to a few seconds.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json, write_json

BEAT_SECONDS = 2.0
STALE_SECONDS = 30.0


def this_machine() -> str:
    """Name of this machine, or of this container."""
    return socket.gethostname()


def beats_elsewhere(path: Path) -> bool:
    """Whether a writer on another machine renewed the file ``path`` lately; False if there is none."""
    try:
        with path.open("rb") as file:  # a network file system may answer without asking the server, except on opening
            age = time.time() - os.fstat(file.fileno()).st_mtime
        # Renewed in the future: a clock was set back since, which says nothing about the writer.
        return abs(age) < STALE_SECONDS and read_json(path).get("machine") != this_machine()
    except (OSError, UnreadableFileError):
        return False


class Heartbeat:
    """Renews a file while the ``with`` block lasts, and removes it afterwards.

    Args:
        path: the file.
        taken_over: called once, from a thread, when another writer has put its own name into the file: this machine
            was believed dead, so it must write no more.
    """

    def __init__(self, path: Path, taken_over: Callable[[], None]) -> None:
        self._path, self._taken_over = path, taken_over
        self._writer = {"machine": this_machine(), "pid": os.getpid()}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        write_json(self._path, self._writer)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if self._is_ours():
            self._path.unlink(missing_ok=True)

    def _renew(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            if not self._is_ours():
                self._taken_over()
                return
            with contextlib.suppress(OSError):  # the server is away, or somebody removed it: never make the folder anew
                os.utime(self._path)

    def _is_ours(self) -> bool:
        try:
            return read_json(self._path) == self._writer
        except UnreadableFileError:  # removed by hand, or the server is away: nobody took over
            return True
