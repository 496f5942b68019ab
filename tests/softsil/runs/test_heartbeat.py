import json
import os
import threading
import time

import pytest

from softsil.runs import heartbeat
from softsil.runs.creation import create_run
from softsil.runs.heartbeat import STALE_SECONDS, Heartbeat, beats_elsewhere
from softsil.runs.lock import hold
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.status import State, current_status, read_status, write_status


@pytest.fixture
def quick(monkeypatch):
    """Beats a hundred times a second."""
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)


@pytest.fixture
def beats(tmp_path):
    """The file of a writer on another machine, renewed so many seconds ago."""

    def write(age=0.0):
        path = tmp_path / "heartbeat.json"
        path.write_text(json.dumps({"machine": "node-7", "pid": 12}))
        os.utime(path, (time.time() - age,) * 2)
        return path

    return write


def fail():
    raise AssertionError("taken over")


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_another_machine_that_renewed_its_file_lately_is_alive(beats):
    assert beats_elsewhere(beats())


@pytest.mark.parametrize("age", [STALE_SECONDS + 5, -3600.0])  # an hour in the future: a clock was set back since
def test_a_file_that_was_not_renewed_lately_says_nothing(beats, age):
    assert not beats_elsewhere(beats(age))


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_torn_file_says_nothing(tmp_path, text):
    (tmp_path / "heartbeat.json").write_text(text)
    assert not beats_elsewhere(tmp_path / "heartbeat.json")


def test_no_file_says_nothing(tmp_path):
    assert not beats_elsewhere(tmp_path / "heartbeat.json")


def test_on_the_same_machine_only_the_lock_counts(tmp_path):
    with Heartbeat(tmp_path / "heartbeat.json", fail):
        assert not beats_elsewhere(tmp_path / "heartbeat.json")


def test_the_file_is_renewed_and_removed_at_the_end(tmp_path, quick):
    path = tmp_path / "heartbeat.json"
    with Heartbeat(path, fail):
        os.utime(path, (0, 0))
        wait_for(lambda: path.stat().st_mtime > 0)
    assert not path.exists()


def test_a_writer_that_was_taken_over_is_told_and_leaves_the_file_alone(tmp_path, quick, beats):
    told = threading.Event()
    with Heartbeat(tmp_path / "heartbeat.json", told.set):
        path = beats()
        assert told.wait(60)
    assert json.loads(path.read_text())["machine"] == "node-7"


def test_a_folder_that_was_deleted_is_not_made_again(tmp_path, quick, monkeypatch):
    missed = threading.Event()

    def touch(path, renew=os.utime):
        if not path.parent.exists():
            missed.set()
        renew(path)

    monkeypatch.setattr("softsil.runs.heartbeat.os.utime", touch)
    path = tmp_path / "run" / "heartbeat.json"
    path.parent.mkdir()
    with Heartbeat(path, fail):
        path.unlink()
        path.parent.rmdir()
        assert missed.wait(60)
    assert not path.parent.exists()


def test_a_run_trained_on_another_machine_is_running_until_its_last_sign_of_life_is_old(tmp_path):
    paths = RunPaths(tmp_path, new_run_id("far"))
    create_run(paths, name="far", experiment=None, kind="training", config={}, epochs=3)
    write_status(paths, read_status(paths).changed(state=State.RUNNING))
    paths.heartbeat.write_text(json.dumps({"machine": "node-7", "pid": 12}))
    assert current_status(paths).state is State.RUNNING
    os.utime(paths.heartbeat, (time.time() - STALE_SECONDS - 5,) * 2)
    assert current_status(paths).state is State.CRASHED
    with hold(paths.alive_lock):
        assert current_status(paths).state is State.RUNNING
