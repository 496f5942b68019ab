"""The last word of a job: the state in which it leaves its run, true even on a full disk."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import traceback

from softsil.errors import UnreadableFileError
from softsil.runs.lock import Hold
from softsil.runs.paths import RunPaths
from softsil.runs.status import RunStatus, State, read_status, write_status
from softsil.runs.writer import RunWriter
from trainers.config import RunConfig
from trainers.launchers.queue import dequeue
from trainers.sentences import sentence_for


def end(paths: RunPaths, lock: Hold, writer: RunWriter | None, state: State, error: str | None = None) -> None:
    """Write the last state, leave the queue, and let go of the run.

    Args:
        paths: the run.
        lock: its ``alive.lock``.
        writer: what wrote it so far; None for a job that did not come so far.
        state: how it ended.
        error: one sentence, where it did not end well.
    """
    dequeue(paths.root, paths.run_id)
    paths.stop_request.unlink(missing_ok=True)  # before letting go: a later request is for a later job
    last = (_status(paths) if writer is None else writer.status).changed(
        state=state, error=error, message=None, seconds_left=None
    )
    try:
        if writer is None:
            write_status(paths, last)
        else:
            writer.finish(state, error)
    except OSError:
        _write_in_place(paths, last)
    finally:
        lock.release()


def end_failed(
    paths: RunPaths, lock: Hold, writer: RunWriter | None, error: Exception, config: RunConfig | None = None
) -> None:
    """End a run that ``error`` broke: the traceback goes to its log, a sentence into its status."""
    with contextlib.suppress(OSError):  # the log may lie on a full disk
        traceback.print_exc()
    end(paths, lock, writer, State.FAILED, sentence_for(error, config))


def _status(paths: RunPaths) -> RunStatus:
    try:
        return read_status(paths)
    except UnreadableFileError:
        return RunStatus(State.QUEUED)


def _write_in_place(paths: RunPaths, status: RunStatus) -> None:
    """Where no new file can be written, the old one has room for the new words; torn, it would read as crashed."""
    said = json.dumps(dataclasses.asdict(status), allow_nan=False).encode()
    with paths.status.open("r+b") as file:
        file.write(said)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
