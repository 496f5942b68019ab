"""kill -9 of job or supervisor at random moments of a run: $SOFTSIL_KILL_ROUNDS rounds (default 3)."""

import os
import random
import time

import psutil
import pytest

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader
from softsil.runs.status import State, read_status
from trainers import launchers
from trainers.launchers.process import kill_run

ROUNDS = int(os.environ.get("SOFTSIL_KILL_ROUNDS", "3"))
LONGEST_LIFE_SECONDS = 8.0
SUPERVISOR_SHARE = 0.3
EPOCHS = 300  # seconds of training, so that most kills land in it


@pytest.mark.slow
@pytest.mark.timeout(60 + 60 * ROUNDS)
def test_runs_killed_at_random_moments_end_done_with_every_epoch_once(runs_folder, small, wait_until, capsys):
    rng = random.Random(0)
    readers: list[RunReader] = []
    kills = {"job": 0, "supervisor": 0}
    for _ in range(ROUNDS):
        if not readers or readers[-1].status.state is State.DONE:
            readers += [RunReader(run_id) for run_id in launchers.launch(small(epochs=EPOCHS))]
        reader = readers[-1]
        wait_until(lambda reader=reader: is_held(reader.paths.alive_lock) or _goes_on(reader))
        time.sleep(rng.uniform(0, LONGEST_LIFE_SECONDS))  # the moment of death, not a wait for anything
        if rng.random() < SUPERVISOR_SHARE:
            kills["supervisor"] += _kill_supervisors()
            launchers.ensure_services()
        elif is_held(reader.paths.alive_lock):
            kills["job"] += kill_run(read_status(reader.paths))
    wait_until(lambda: all(_goes_on(reader) for reader in readers))
    for reader in readers:
        _assert_whole(reader)
    with capsys.disabled():
        print(f"{ROUNDS} rounds, {len(readers)} run(s), killed: {kills}")


def _assert_whole(reader: RunReader) -> None:
    rows = [row for row in reader.paths.metrics.read_text().splitlines() if '"split": "validation"' in row]
    assert len(rows) == EPOCHS + 1
    assert reader.embedding_epochs() == list(range(EPOCHS + 1))
    assert [row["epoch"] for row in reader.history("test")] == [EPOCHS]
    assert reader.problems == []


def _kill_supervisors() -> int:
    killed = 0
    for process in psutil.Process().children():
        if process.status() != psutil.STATUS_ZOMBIE and "trainers.launchers.supervisor" in process.cmdline():
            process.kill()
            process.wait()
            killed += 1
    return killed


def _goes_on(reader: RunReader) -> bool:
    """Resumes a run that died; whether it is done. Killed while it waits for its turn, it is started again unasked."""
    status = reader.status
    if status.state is State.FAILED:  # twice in a row
        assert "before it started to train" in status.error
    if status.state in (State.FAILED, State.CRASHED) and not is_held(reader.paths.alive_lock):
        launchers.resume(reader.run_id)
    return status.state is State.DONE
