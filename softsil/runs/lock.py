"""Operating-system locks: held by a living process, dropped by the kernel however that process ends.

A lock file says nothing by existing. Only the lock on it counts, so no clock and no process id is needed to see
that a holder died, even after ``kill -9``.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout, lock_descriptor

from softsil.errors import RunBusyError

# A reader that looks at a lock holds it for microseconds; a writer waits that long rather than give up.
PROBE_GRACE_SECONDS = 0.2


class Hold:
    """A lock that this process holds until :meth:`release` or its death."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def release(self) -> None:
        """Let go; harmless when called twice."""
        self._lock.release()

    def __enter__(self) -> Hold:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold(path: Path, *, wait_seconds: float = PROBE_GRACE_SECONDS) -> Hold:
    """Take the lock on ``path``, waiting at most ``wait_seconds``.

    Raises:
        RunBusyError: another process (or another part of this one) holds it.
        OSError: the folder is read-only, or its file system has no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A soft lock file would survive kill -9 and make a dead job look alive: refuse such a file system.
    lock = FileLock(path, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.01)
    except Timeout:
        raise RunBusyError(f"{path.parent.name}/{path.name} is held by another process that is still alive") from None
    return Hold(lock)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock on ``path``; needs only read access and creates nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not lock_descriptor(descriptor, blocking=False)
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        return _is_held_on_network_storage(path)
    finally:
        os.close(descriptor)  # closing also drops the lock the probe may have won


def _is_held_on_network_storage(path: Path) -> bool:
    """NFS turns such a lock into one of its own, for which the file must be open for writing (flock(2))."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:  # we may not write there, so no lock of ours or anybody's can be seen; a heartbeat can
        return False
    try:
        return not lock_descriptor(descriptor, blocking=False)
    finally:
        os.close(descriptor)
