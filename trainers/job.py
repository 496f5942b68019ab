"""The process that carries out a run: ``python -m trainers.job RUN_FOLDER``.

Done with it, the process goes on with the next waiting run that asks for the same device and that no other process
has: importing torch again would cost more than many a small run.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from softsil.errors import RunBusyError, SoftsilError
from softsil.runs.lock import Hold, hold
from softsil.runs.paths import RunPaths
from softsil.runs.status import State, read_status, write_status
from softsil.runs.writer import RunWriter
from trainers.compute import limit_threads, prepare_torch
from trainers.config import RunConfig, read_run
from trainers.data.progress import told_to
from trainers.endings import end, end_failed
from trainers.errors import StopRequested
from trainers.launchers.queue import LOCAL, dequeue, is_next, is_paused, queued
from trainers.slots import slots_for, slots_needed, take_slots
from trainers.team.crew import Crew

if TYPE_CHECKING:
    from trainers.loop import Trainer

STOP_CHECK_SECONDS = 0.1
EXIT_BUSY = 3


def main(arguments: list[str]) -> int:
    """Carry out the run, then others that wait; the exit status is 0 unless a run failed, which ends the process."""
    if len(arguments) != 1:
        print("usage: python -m trainers.job RUN_FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0]).absolute()
    paths = RunPaths(folder.parent, folder.name)
    if not folder.is_dir():  # deleted since we were started; taking the lock would make the folder again
        print(f"there is no run folder {folder.name}", file=sys.stderr)
        return 1
    try:
        # Before anything heavy: from here on everybody sees that this run has a process.
        lock = hold(paths.alive_lock)
    except RunBusyError as error:
        print(error, file=sys.stderr)
        return EXIT_BUSY
    if read_status(paths).state is not State.QUEUED:  # stopped between its start and now
        lock.release()
        return 0
    while carry_out(paths, lock):
        following = _next_run(paths)
        if following is None:
            return 0
        paths, lock = following
    return 1


def _next_run(before: RunPaths) -> tuple[RunPaths, Hold] | None:
    """The next waiting run for the device of the one ``before``, now ours, with what we print going to its log."""
    device = read_run(before).device
    for run_id in [] if is_paused(before.root) else queued(before.root, LOCAL):
        paths = RunPaths(before.root, run_id)
        try:
            if not paths.folder.is_dir() or read_run(paths).device != device:
                continue
            lock = hold(paths.alive_lock)
        except SoftsilError:  # somebody else's by now, or damaged, which its own job will say
            continue
        if read_status(paths).state is State.QUEUED:
            _leave_clean(paths)
            return paths, lock
        lock.release()
    return None


def _leave_clean(following: RunPaths) -> None:
    """Free what the last run used, and print into the log of the next one from here on."""
    torch = sys.modules.get("torch")
    gc.collect()
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    with following.log.open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(log.fileno(), stream.fileno())


def carry_out(paths: RunPaths, lock: Hold) -> bool:
    """Wait for a slot, train, and leave a true last word; whether the run did not fail."""
    stop_requested = stop_check(paths)
    try:
        introduce(paths)
        config = read_run(paths)
        limit_threads(config)
        import trainers.loop  # noqa: F401 - the slow import happens while an earlier run still holds the slot

        may_go = functools.partial(is_next, paths.root, paths.run_id)
        slots = slots_for(config.device, paths.root)
        taken = take_slots(slots, slots_needed(slots, config.processes), may_go, stop_requested)
    except Exception as error:
        end_failed(paths, lock, None, error)
        return False
    if taken is None:
        end(paths, lock, None, State.STOPPED)
        return True
    with taken:
        return train(paths, lock, config, taken.devices, stop_requested)


def train(
    paths: RunPaths,
    lock: Hold,
    config: RunConfig,
    devices: tuple[str, ...],
    stop_requested: Callable[[], bool],
    *,
    place: str | None = None,
) -> bool:
    """Train on devices that are ours now, and leave a true last word; whether the run did not fail.

    Args:
        paths: the run.
        lock: its ``alive.lock``; let go at the end.
        config: its settings.
        devices: as torch names them, one for each process, or one for all.
        stop_requested: asked after every step.
        place: what the status says of the devices; default their names.
    """
    recorder: RunWriter | None = None
    everyones = devices if len(devices) > 1 else devices * config.processes
    try:
        recorder = _open_recorder(paths, lock, config, place or ", ".join(devices))
        with Crew(paths, everyones, lambda error: end_failed(paths, lock, recorder, error, config)) as crew:
            _prepare(config, everyones[0], recorder, stop_requested, crew).run()
    except StopRequested:
        end(paths, lock, recorder, State.STOPPED)
        return True
    except Exception as error:
        end_failed(paths, lock, recorder, error, config)
        return False
    end(paths, lock, recorder, State.DONE)
    return True


def _open_recorder(paths: RunPaths, lock: Hold, config: RunConfig, place: str) -> RunWriter:
    """Continue the history at the newest whole checkpoint; leave the queue only once the run says it is running."""
    from trainers.checkpoint import CheckpointStore

    store = CheckpointStore(paths)
    checkpoint = store.newest()
    for problem in store.problems:
        print(problem, flush=True)
    recorder = RunWriter.open(paths, resume_epoch=None if checkpoint is None else checkpoint.epoch, lock=lock)
    recorder.progress(force=True, device=place, epochs=config.epochs, message="loading data")
    dequeue(paths.root, paths.run_id)
    return recorder


def _prepare(
    config: RunConfig, device: str, recorder: RunWriter, stop_requested: Callable[[], bool], crew: Crew
) -> Trainer:
    from trainers.loop import Trainer

    prepare_torch(config, device)
    with told_to(_listener(recorder, stop_requested)):
        spec, settings = config.data_entry
        join = functools.partial(crew.join, stop_requested)
        trainer = Trainer(config, spec.load(settings), recorder, device, stop_requested, join)
    trainer.restore()
    if recorder.samples is None:
        trainer.write_samples()
    print(f"training on {device} from epoch {trainer.epoch}", flush=True)
    recorder.progress(force=True, message=None, epoch=trainer.epoch)
    return trainer


def _listener(recorder: RunWriter, stop_requested: Callable[[], bool]) -> Callable[[str], None]:
    """What takes long while data is made ready says so in the run's status, and ends when the run is to stop."""

    def listen(sentence: str) -> None:
        if stop_requested():
            raise StopRequested
        recorder.progress(message=sentence)

    return listen


def introduce(paths: RunPaths) -> None:
    """Say which process this is, so that a second stop can end it even while it waits for its slot."""
    process = psutil.Process()
    group = os.getpgid(0) if hasattr(os, "getpgid") and os.getpgid(0) == os.getpid() else None
    identity = {"pid": process.pid, "process_started": process.create_time(), "process_group": group}
    write_status(paths, read_status(paths).changed(message="getting ready", error=None, **identity))


def stop_check(paths: RunPaths) -> Callable[[], bool]:
    """Looks for the stop file at most ten times a second."""
    last = [-1.0, False]

    def requested() -> bool:
        now = time.monotonic()
        if now - last[0] >= STOP_CHECK_SECONDS:
            last[:] = [now, paths.stop_request.exists()]
        return bool(last[1])

    return requested


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
