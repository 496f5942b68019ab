"""Runs on real clusters. ``pytest -m ray tests/trainers/ray -s`` prints how long things took, in seconds."""

import os
import signal
import time

import numpy as np
import pytest

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers import launchers
from trainers.launchers.queue import queued
from trainers.launchers.ray_flights import flights

HEAD, OTHER, PORT = "127.0.0.2", "127.0.0.3", 6379
WHOLE = 200  # epochs that take seconds, so that a kill lands in their midst
LONG = 5_000  # epochs that no test waits for

PATIENCE_SECONDS = 300

pytestmark = [pytest.mark.ray, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def took():
    """Waits for a condition and says how long it took."""

    def wait(what, condition):
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < PATIENCE_SECONDS, f"{what}: it did not happen in time"
            time.sleep(0.05)
        print(f"\n{what}: {time.monotonic() - start:.1f} s", end="", flush=True)

    return wait


def state(reader):
    return reader.status.state


def trains(reader):
    return state(reader) is State.RUNNING and any(row["epoch"] >= 2 for row in reader.history("train"))


def begun(reader):
    """From which epochs the run was trained, in order."""
    lines = reader.paths.log.read_text().splitlines()
    return [int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("training on cpu from epoch")]


def launch(experiment):
    return [RunReader(run_id) for run_id in launchers.launch(experiment)]


def test_eight_runs_survive_a_killed_worker_and_a_removed_node(
    ray_nodes, on_ray, small, took, train, small_run, runs_folder
):
    took("head up", lambda: ray_nodes.start(HEAD) or True)
    took("second node up", lambda: ray_nodes.start(OTHER) or True)
    on_ray(f"{HEAD}:{PORT}")
    pair = launch(small(seeds=[0, 1], epochs=WHOLE, threads=1))
    (cancelled,) = launch(small(seeds=[2], epochs=LONG))
    short = launch(small(seeds=[3, 4, 5, 6, 7]))
    took("launched until both nodes train", lambda: all(map(trains, pair)))
    assert {reader.status.device for reader in pair} == {f"cpu on {HEAD}", f"cpu on {OTHER}"}
    away, here = sorted(pair, key=lambda reader: OTHER not in reader.status.device)

    os.kill(here.status.pid, signal.SIGKILL)
    took("kill -9 of a worker until it no longer says running", lambda: state(here) is not State.RUNNING)
    killed = time.monotonic()
    ray_nodes.remove(OTHER)
    took("node removed until its run no longer says running", lambda: state(away) is not State.RUNNING)
    took("until one of the two trains again", lambda: any(len(begun(reader)) == 2 for reader in pair))
    took("until the other one does", lambda: all(len(begun(reader)) == 2 for reader in pair))
    print(f"\nkills until both trained again: {time.monotonic() - killed:.1f} s")

    took("until the run to be cancelled trains", lambda: trains(cancelled))
    launchers.stop(cancelled.run_id)
    took("asked to stop until stopped", lambda: state(cancelled) is State.STOPPED)

    took("until all others are done", lambda: all(state(reader) is State.DONE for reader in [*pair, *short]))
    took("until the driver knows", lambda: flights(runs_folder) == [])
    assert queued(runs_folder) == []
    for reader in pair:
        first, *again = begun(reader)
        assert first == 0
        assert len(again) == 1
        assert again[0] > 0  # resumed, not started afresh
        assert reader.status.device == f"cpu on {HEAD}"
        alone = train(small_run(seed=reader.config["config"]["seed"], epochs=WHOLE, threads=1))
        np.testing.assert_array_equal(reader.embeddings(WHOLE), alone.embeddings(WHOLE))
    for reader in [*pair, *short]:
        epochs = list(range(reader.status.epochs + 1))
        assert [row["epoch"] for row in reader.history("validation")] == epochs
        assert reader.paths.metrics.read_text().count('"split": "validation"') == len(epochs)  # none twice


def test_runs_of_a_dead_head_read_as_crashed_say_what_they_wait_for_and_go_on_with_the_next(
    ray_nodes, on_ray, small, took
):
    ray_nodes.start(HEAD)
    on_ray(f"{HEAD}:{PORT}")
    (run,) = launch(small(seeds=[0], epochs=LONG))
    took("launched until it trains", lambda: trains(run))
    ray_nodes.remove(HEAD)
    took("head removed until crashed", lambda: state(run) is State.CRASHED)
    took(
        "until it says that no cluster answers",
        lambda: (run.status.message or "").startswith(f"no Ray cluster answers at {HEAD}:{PORT} ("),
    )
    assert state(run) is State.QUEUED
    took("head up again", lambda: ray_nodes.start(HEAD) or True)
    took("until it trains again", lambda: len(begun(run)) == 2)
    assert begun(run)[1] > 0
    launchers.stop(run.run_id)
    took("asked to stop until stopped", lambda: state(run) is State.STOPPED)


def test_ray_started_for_the_purpose_trains_a_run_of_two_processes_kills_another_and_ends_when_idle(
    on_ray, small, took, runs_folder
):
    on_ray("local")
    (short,), (long,) = launch(small(processes=2)), launch(small(seeds=[1], epochs=LONG))
    took("launched until done", lambda: state(short) is State.DONE)
    took("until the next one trains", lambda: trains(long))
    long.paths.stop_request.touch()  # a first request that its worker has no time to hear
    launchers.stop(long.run_id)
    took("asked twice to stop until stopped", lambda: state(long) is State.STOPPED)
    took("until Ray is gone", lambda: not is_held(runs_folder / ".softsil" / "ray.lock"))
