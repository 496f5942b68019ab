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
EPOCHS = 40


@pytest.mark.slow
@pytest.mark.timeout(60 + 60 * ROUNDS)
def test_a_run_killed_at_random_moments_ends_done_with_every_epoch_once(runs_folder, small, wait_until):
    rng = random.Random(0)
    (run_id,) = launchers.launch(small(epochs=EPOCHS))
    reader = RunReader(run_id)
    for _ in range(ROUNDS):
        wait_until(lambda: is_held(reader.paths.alive_lock) or _goes_on(reader))
        time.sleep(rng.uniform(0, LONGEST_LIFE_SECONDS))  # the moment of death, not a wait for anything
        kill_run(read_status(reader.paths))
    wait_until(lambda: _goes_on(reader))
    assert reader.problems == []
    rows = [row for row in reader.paths.metrics.read_text().splitlines() if '"split": "validation"' in row]
    assert len(rows) == EPOCHS + 1
    assert reader.embedding_epochs() == list(range(EPOCHS + 1))
    assert [row["epoch"] for row in reader.history("test")] == [EPOCHS]


def _goes_on(reader: RunReader) -> bool:
    """Resumes a run that died; whether it is done. Killed while it waits for its turn, it is started again unasked."""
    status = reader.status
    if status.state is State.FAILED:  # twice in a row
        assert "before it started to train" in status.error
    if status.state in (State.FAILED, State.CRASHED) and not is_held(reader.paths.alive_lock):
        launchers.resume(reader.run_id)
    return status.state is State.DONE
