"""Real processes: the supervisor, jobs, and what kill -9 leaves behind."""

import os
import signal
import subprocess
import sys

import numpy as np
import psutil
import pytest

from softsil.runs.creation import create_run
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import RunPaths, new_run_id, service_folder
from softsil.runs.reader import RunReader
from softsil.runs.status import RunStatus, State, read_status
from softsil.runs.writer import RunWriter
from trainers import launchers
from trainers.errors import LaunchError
from trainers.launchers.local import ensure_supervisor
from trainers.launchers.process import kill_run
from trainers.launchers.queue import enqueue, queued
from trainers.timings import without_timings

LONG = 5_000  # epochs that no test waits for
WHOLE = 80  # epochs that take seconds, so that a kill lands in their midst, and that a test can wait for


@pytest.fixture
def launch(runs_folder, small):
    return lambda **changes: [RunReader(run_id) for run_id in launchers.launch(small(**changes))]


def trains(reader):
    # From the history, which is written at once: the status may lag by half a second.
    return reader.status.state is State.RUNNING and any(row["epoch"] >= 2 for row in reader.history("train"))


def test_a_killed_run_reads_as_crashed_and_resumes_to_the_end(launch, wait_until):
    (reader,) = launch(epochs=WHOLE)
    wait_until(lambda: trains(reader))
    os.kill(reader.status.pid, signal.SIGKILL)
    wait_until(lambda: not is_held(reader.paths.alive_lock))
    assert reader.status.state is State.CRASHED
    launchers.resume(reader.run_id)
    wait_until(lambda: reader.status.state is State.DONE)
    lines = [row for row in reader.paths.metrics.read_text().splitlines() if '"split": "validation"' in row]
    assert len(lines) == WHOLE + 1
    assert [row["epoch"] for row in reader.history("validation")] == list(range(WHOLE + 1))
    assert reader.embedding_epochs() == list(range(WHOLE + 1))
    assert [row["epoch"] for row in reader.history("test")] == [WHOLE]


def test_a_killed_and_resumed_run_ends_with_the_numbers_of_one_that_was_not(launch, wait_until, train, small_run):
    (killed,) = launch(epochs=WHOLE, threads=1)
    wait_until(lambda: trains(killed))
    os.kill(killed.status.pid, signal.SIGKILL)
    wait_until(lambda: killed.status.state is State.CRASHED)
    launchers.resume(killed.run_id)
    whole = train(small_run(epochs=WHOLE, threads=1))
    wait_until(lambda: killed.status.state is State.DONE)
    for split in ("train", "validation", "watched", "test"):
        assert without_timings(killed.history(split)) == without_timings(whole.history(split))
    np.testing.assert_array_equal(killed.embeddings(WHOLE), whole.embeddings(WHOLE))


def test_runs_train_one_after_the_other_in_the_order_they_were_launched(launch, wait_until):
    readers = launch(losses=["ce", "ce+sil"])
    wait_until(lambda: all(reader.status.state is State.DONE for reader in readers))
    first, second = (reader.history("validation") for reader in readers)
    assert first[-1]["time"] <= second[0]["time"]


def test_a_running_job_stops_and_a_queued_one_is_cancelled(launch, wait_until):
    running, waiting, last = launch(losses=["ce", "sil", "ce+sil"], epochs=LONG)
    assert [launchers.queue_position(reader.run_id) for reader in (waiting, last)] == [2, 3]
    wait_until(lambda: trains(running))
    launchers.stop(last.run_id)
    assert last.status.state is State.STOPPED
    launchers.stop(waiting.run_id)
    wait_until(lambda: waiting.status.state is State.STOPPED)
    assert running.status.state is State.RUNNING
    launchers.stop(running.run_id)
    wait_until(lambda: running.status.state is State.STOPPED)
    assert queued(running.paths.root) == []
    assert not running.paths.stop_request.exists()


def test_a_second_stop_kills_the_process_group(launch, wait_until):
    (reader,) = launch(epochs=LONG)
    wait_until(lambda: trains(reader))
    process = psutil.Process(reader.status.pid)
    process.suspend()  # a job that cannot hear the first stop
    launchers.stop(reader.run_id)
    assert reader.status.state is State.STOPPING
    launchers.stop(reader.run_id)
    assert reader.status.state is State.STOPPED
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_killing_the_supervisor_loses_nothing(launch, wait_until, runs_folder):
    first, second = launch(losses=["ce", "ce+sil"], epochs=WHOLE)
    wait_until(lambda: trains(first))
    lock = service_folder(runs_folder) / "supervisor.lock"
    (supervisor,) = [
        process
        for process in psutil.Process().children()
        if "trainers.launchers.supervisor" in " ".join(process.cmdline())
    ]
    supervisor.kill()
    wait_until(lambda: not is_held(lock))
    ensure_supervisor(runs_folder)
    wait_until(lambda: first.status.state is second.status.state is State.DONE)
    for reader in (first, second):
        assert reader.paths.log.read_text().count("training on") == 1


def test_a_run_that_cannot_start_says_why(runs_folder, small_run):
    config = small_run().model_dump(mode="json")
    config["data"]["samples"] = 40
    config["data"]["classes"] = 20  # two samples a class
    config["batch_size"] = 4
    paths = RunPaths(runs_folder, new_run_id("too few"))
    create_run(paths, name="too few", experiment=None, kind="training", config=config)
    enqueue(runs_folder, paths.run_id, "cpu")
    command = [sys.executable, "-m", "trainers.job", str(paths.folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    status = RunReader(paths.run_id).status
    assert status.state is State.FAILED
    assert status.error.startswith("class 'cloud 1' has 2 sample(s); every class needs at least 4")
    assert queued(runs_folder) == []


def test_a_second_job_for_a_living_run_ends_at_once(runs_folder, small_run):
    paths = RunPaths(runs_folder, new_run_id("r"))
    create_run(paths, name="r", experiment=None, kind="training", config=small_run().model_dump(mode="json"))
    with hold(paths.alive_lock):
        command = [sys.executable, "-m", "trainers.job", str(paths.folder)]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 3
    assert read_status(paths).state is State.QUEUED


def test_a_process_with_the_same_id_but_another_start_time_is_not_killed():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        started = psutil.Process(innocent.pid).create_time()
        status = RunStatus(State.RUNNING, pid=innocent.pid, process_started=started - 100, process_group=None)
        assert kill_run(status) is False
        assert innocent.poll() is None
        innocent.kill()


def test_a_done_or_foreign_run_cannot_be_resumed(launch, wait_until, runs_folder):
    (reader,) = launch(epochs=1)
    wait_until(lambda: reader.status.state is State.DONE)
    with pytest.raises(LaunchError, match="there is nothing left to train"):
        launchers.resume(reader.run_id)
    RunWriter("own loop", root=runs_folder).finish("stopped")
    foreign = next(run for run in os.listdir(runs_folder) if "own-loop" in run)
    with pytest.raises(LaunchError, match="recorded by another program"):
        launchers.resume(foreign)


def test_a_deleted_run_moves_to_the_trash_and_a_running_one_does_not(launch, wait_until, runs_folder):
    (reader,) = launch(epochs=LONG)
    wait_until(lambda: trains(reader))
    with pytest.raises(LaunchError, match="stop it before you delete it"):
        launchers.delete(reader.run_id)
    launchers.stop(reader.run_id)
    wait_until(lambda: reader.status.state is State.STOPPED)
    trash = launchers.delete(reader.run_id)
    assert (trash / "config.json").exists()
    assert not reader.paths.folder.exists()


def test_a_job_that_is_done_goes_on_with_the_next_run_and_its_numbers_are_those_of_a_fresh_process(
    launch, wait_until, train, small_run
):
    readers = launch(losses=["ce", "supcon", "ce+sil", "sil"], threads=1)
    wait_until(lambda: all(reader.status.state is State.DONE for reader in readers))
    assert len({reader.status.pid for reader in readers}) < len(readers)
    for reader, name in zip(readers, ["ce", "supcon", "ce+sil", "sil"], strict=True):
        alone = train(small_run(objective=name, threads=1))
        np.testing.assert_array_equal(reader.embeddings(3), alone.embeddings(3))
        assert reader.paths.log.read_text().count("training on") == 1


def test_a_job_does_not_go_on_with_a_run_for_another_device(runs_folder, small_run):
    first, other = RunPaths(runs_folder, new_run_id("a")), RunPaths(runs_folder, new_run_id("b"))
    for paths, device in ((first, "cpu"), (other, "auto")):
        config = small_run(device=device).model_dump(mode="json")
        create_run(paths, name="r", experiment=None, kind="training", config=config)
        enqueue(runs_folder, paths.run_id, device)
    command = [sys.executable, "-m", "trainers.job", str(first.folder)]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
    assert [read_status(paths).state for paths in (first, other)] == [State.DONE, State.QUEUED]
