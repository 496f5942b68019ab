"""Real runs of several processes on the processor: the numbers of one process, and a true end whatever happens."""

import math
import os
import signal

import psutil
import pytest

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers import launchers
from trainers.timings import TIMINGS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]
OTHER_BY_NATURE = TIMINGS | {"step_megabytes"}
TOLERANCE = 1e-5
LONG = 5_000
WHOLE = 40
UNEVEN = {"batch_size": 37, "threads": 2}  # 120 samples: batches of 37, 37, 37 and 9, none of which two can halve


@pytest.fixture
def launch(runs_folder, small):
    return lambda **changes: [RunReader(run_id) for run_id in launchers.launch(small(**{**UNEVEN, **changes}))]


def numbers(reader):
    """Every recorded number, in order, by where it stands."""
    return [
        ((row["epoch"], row["split"], name), number)
        for row in reader.history()
        for name, value in row.items()
        if name not in OTHER_BY_NATURE and not isinstance(value, str)
        for number in (value if isinstance(value, list) else [value])
    ]


def assert_same(reader, other):
    mine, theirs = numbers(reader), numbers(other)
    assert [where for where, _ in mine] == [where for where, _ in theirs]
    for (where, value), (_, expected) in zip(mine, theirs, strict=True):
        assert value == expected or math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE), where


def members(reader):
    """The other processes of a run, by their command line."""
    return [p for p in psutil.process_iter(["cmdline"]) if is_member(p.info["cmdline"] or [], reader.run_id)]


def is_member(command, run_id):
    return "trainers.team.member" in command and any(run_id in part for part in command)


def trains(reader):
    return reader.status.state is State.RUNNING and any(row["epoch"] >= 2 for row in reader.history("train"))


def test_two_processes_end_with_the_numbers_of_one(launch, wait_until, train, small_run):
    losses = ["ce+sil+supcon2", "proxynca"]
    readers = launch(losses=losses, processes=2)
    for loss, reader in zip(losses, readers, strict=True):
        wait_until(lambda reader=reader: not reader.status.state.is_active)
        assert reader.status.state is State.DONE, reader.status.error
        assert_same(reader, train(small_run(objective=loss, **UNEVEN)))


def test_a_batch_of_fewer_samples_than_processes_is_trained_like_any_other(launch, wait_until, train, small_run):
    few = {"batch_size": 59}  # the last batch of an epoch has 2 samples
    (reader,) = launch(losses=["ce+sil+center"], processes=3, **few)
    wait_until(lambda: not reader.status.state.is_active)
    assert_same(reader, train(small_run(objective="ce+sil+center", **few)))


def test_a_run_that_lost_a_process_has_failed_and_resumes_to_the_same_numbers(launch, wait_until, train, small_run):
    (reader,) = launch(processes=2, epochs=WHOLE)
    wait_until(lambda: trains(reader))
    (member,) = members(reader)
    member.kill()
    wait_until(lambda: reader.status.state is State.FAILED)
    assert reader.status.error == "process 2 of 2 was killed, by the system if memory ran out; resume the run"
    wait_until(lambda: not is_held(reader.paths.alive_lock))
    launchers.resume(reader.run_id)
    wait_until(lambda: reader.status.state is State.DONE)
    assert_same(reader, train(small_run(epochs=WHOLE, **UNEVEN)))


def test_killing_the_first_process_leaves_no_other(launch, wait_until):
    (reader,) = launch(processes=2, epochs=LONG)
    wait_until(lambda: trains(reader))
    assert len(members(reader)) == 1
    os.kill(reader.status.pid, signal.SIGKILL)
    wait_until(lambda: reader.status.state is State.CRASHED)
    wait_until(lambda: not members(reader))


def test_a_stop_ends_all_processes(launch, wait_until):
    (reader,) = launch(processes=2, epochs=LONG)
    wait_until(lambda: trains(reader))
    launchers.stop(reader.run_id)
    wait_until(lambda: reader.status.state is State.STOPPED)
    wait_until(lambda: not members(reader))


def test_a_second_stop_kills_all_processes(launch, wait_until):
    (reader,) = launch(processes=2, epochs=LONG)
    wait_until(lambda: trains(reader))
    for process in (psutil.Process(reader.status.pid), *members(reader)):
        process.suspend()
    launchers.stop(reader.run_id)
    launchers.stop(reader.run_id)
    assert reader.status.state is State.STOPPED
    wait_until(lambda: not members(reader))
