"""The other processes of a run, as its first one starts, watches and ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from softsil.runs.paths import RunPaths
from trainers.data.progress import tell
from trainers.errors import StopRequested, TeamError
from trainers.launchers.process import child_environment

if TYPE_CHECKING:
    from trainers.team.meeting import Meeting
    from trainers.team.share import Team

POLL_SECONDS = 0.05
# An error may only tell that another process is gone: the other processes wait before they blame themselves, the first
# one longer, for who it was.
SETTLE_SECONDS = 2.0
PATIENCE_SECONDS = 5.0
GRACE_SECONDS = 10.0
DATA_IS_HERE = "data is here"


class Crew:
    """Processes 2 to n of a run; a context manager, at whose end none of them is left.

    A process that ends before that is lost, and the run with it: an error that the block raises because of it becomes
    one that says what happened. Where nothing is raised, because the first process is caught waiting for the lost one,
    ``last_word`` is called from a thread and the process ends.

    Args:
        paths: the run.
        devices: of each process, the first one included.
        last_word: leaves the run in its last state.
    """

    def __init__(self, paths: RunPaths, devices: Sequence[str], last_word: Callable[[TeamError], None]) -> None:
        self._paths, self._devices, self._last_word = paths, devices, last_word
        self._members: list[subprocess.Popen[bytes]] = []
        self._watchers: list[threading.Thread] = []
        self._lost: list[TeamError] = []
        self._over = threading.Event()
        self._meeting: Meeting | None = None

    def join(self, stop_requested: Callable[[], bool]) -> Team:
        """Let the others load the data, which is on disk as far as it is kept there, and become one team with them.

        Raises:
            StopRequested: the run was asked to stop.
            TeamError: one of them ended.
        """
        from trainers.team.share import ALONE, join

        if self._meeting is None:
            return ALONE
        tell(f"starting {len(self._devices)} processes")
        self._meeting.tell(DATA_IS_HERE)
        while not all(self._meeting.is_told(ready(rank)) for rank in range(1, len(self._devices))):
            if stop_requested():
                raise StopRequested
            if self._lost:
                raise self._lost[0]
            time.sleep(POLL_SECONDS)
        return join(self._meeting, 0, len(self._devices), self._devices[0])

    def __enter__(self) -> Crew:
        if len(self._devices) > 1:
            from trainers.team.meeting import Meeting

            self._meeting = Meeting.opened()
            for rank in range(1, len(self._devices)):
                self._start(rank, self._meeting.port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, RuntimeError) and self._members:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not self._lost and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
        self._over.set()
        self._end_all()
        if self._lost and isinstance(error, RuntimeError) and not isinstance(error, TeamError):
            raise self._lost[0] from error

    def _start(self, rank: int, port: int) -> None:
        place = [str(rank), str(len(self._devices)), self._devices[rank], str(port)]
        # Of the same process group as we, so that killing the run kills all; its errors go to our log.
        process = subprocess.Popen(
            [sys.executable, "-m", "trainers.team.member", str(self._paths.folder), *place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(),
        )
        self._members.append(process)
        self._watchers.append(threading.Thread(target=self._watch, args=(rank, process), daemon=True))
        self._watchers[-1].start()

    def _watch(self, rank: int, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        said = process.stdout.read().decode(errors="replace")
        status = process.wait()
        if self._over.is_set():
            return
        self._lost.append(TeamError(f"process {rank + 1} of {len(self._devices)} {_ending(status, said)}"))
        if not self._over.wait(GRACE_SECONDS):
            self._last_word(self._lost[0])
            self._kill()
            os._exit(1)

    def _end_all(self) -> None:
        with contextlib.suppress(Exception):  # what a lost process leaves behind cannot always be put in order
            _leave_group()
        self._meeting = None
        for process in self._members:
            assert process.stdin is not None
            process.stdin.close()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._members:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        self._kill()
        for watcher in self._watchers:
            watcher.join()

    def _kill(self) -> None:
        for process in self._members:
            process.kill()


def ready(rank: int) -> str:
    """What the process of this rank tells once it has the data."""
    return f"process {rank} is ready"


def _leave_group() -> None:
    import torch.distributed as dist

    if dist.is_initialized():
        dist.destroy_process_group()


def _ending(status: int, said: str) -> str:
    if said:
        return f"failed: {said}"
    if status == -signal.SIGKILL:
        return "was killed, by the system if memory ran out; resume the run"
    return f"ended with exit status {status}; the run's log may say why"
