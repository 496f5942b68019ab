"""kill -9 at random moments, from the first import to the last epoch: $SOFTSIL_KILL_ROUNDS rounds (default 3)."""

import os
import random
import time

import pytest

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader
from softsil.runs.status import State, read_status
from trainers import launchers
from trainers.launchers.process import kill_run

ROUNDS = int(os.environ.get("SOFTSIL_KILL_ROUNDS", "3"))
LONGEST_LIFE_SECONDS = 8.0
EPOCHS = 60


@pytest.mark.slow
@pytest.mark.timeout(60 + 60 * ROUNDS)
def test_a_run_killed_at_random_moments_ends_done_with_every_epoch_once(runs_folder, small, wait_until):
    rng = random.Random(0)
    (run_id,) = launchers.launch(small(epochs=EPOCHS))
    reader = RunReader(run_id)
    deaths = 0
    while deaths < ROUNDS and reader.status.state is not State.DONE:
        wait_until(lambda: is_held(reader.paths.alive_lock) or reader.status.state is State.DONE)
        time.sleep(rng.uniform(0, LONGEST_LIFE_SECONDS))  # the moment of death, not a wait for anything
        deaths += kill_run(read_status(reader.paths))
        wait_until(lambda: not is_held(reader.paths.alive_lock) or reader.status.state is State.QUEUED)
        # Killed while it waited for its turn, it is still queued and started again without being asked.
        assert reader.status.state in (State.CRASHED, State.QUEUED, State.DONE)
        if reader.status.state is State.CRASHED:
            launchers.resume(run_id)
    wait_until(lambda: _ended(reader))
    assert reader.problems == []
    rows = [row for row in reader.paths.metrics.read_text().splitlines() if '"split": "validation"' in row]
    assert len(rows) == EPOCHS + 1
    assert reader.embedding_epochs() == list(range(EPOCHS + 1))
    assert [row["epoch"] for row in reader.history("test")] == [EPOCHS]


def _ended(reader: RunReader) -> bool:
    state = reader.status.state
    assert state not in (State.FAILED, State.CRASHED), reader.status.error
    return state is State.DONE
