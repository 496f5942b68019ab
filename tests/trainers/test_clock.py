"""The clock of the machine is set back an hour: nothing that is said about a run depends on it."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from softsil.runs.creation import create_run
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.status import RunStatus, State, write_status
from trainers import launchers
from trainers.launchers import control
from trainers.launchers.process import kill_run
from trainers.launchers.queue import queued

HOUR = 3600.0
HOLDER = (
    "import sys, pathlib, softsil.runs.lock as k; l = k.hold(pathlib.Path(sys.argv[1])); print(flush=True); input()"
)


@pytest.fixture
def set_back(monkeypatch):
    """Sets the clock of this process back by an hour."""
    now, now_ns, created = time.time, time.time_ns, psutil.Process.create_time

    def carry_out():
        monkeypatch.setattr(time, "time", lambda: now() - HOUR)
        monkeypatch.setattr(time, "time_ns", lambda: now_ns() - int(HOUR * 1e9))
        # psutil adds the start since boot to the time of the boot, which moves with the clock.
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: created(self) - HOUR)

    return carry_out


@pytest.fixture
def training(tmp_path, small_run):
    """A run whose process lives, in a session of its own."""
    paths = RunPaths(tmp_path, new_run_id("r"))
    create_run(paths, name="r", experiment=None, kind="training", config=small_run().model_dump(mode="json"))
    command = [sys.executable, "-c", HOLDER, str(paths.alive_lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout.readline() == b"\n"
        started = psutil.Process(process.pid).create_time()
        status = RunStatus(State.RUNNING, pid=process.pid, process_started=started, process_group=process.pid)
        write_status(paths, status)
        yield paths
        process.kill()


def test_a_running_run_still_runs_and_a_dead_one_has_crashed(training, set_back, wait_until):
    reader = RunReader(training.run_id, training.root)
    set_back()
    assert reader.status.state is State.RUNNING
    os.kill(reader.status.pid, 9)
    wait_until(lambda: not is_held(training.alive_lock))
    assert reader.status.state is State.CRASHED


def test_a_second_stop_still_kills(training, set_back):
    set_back()
    launchers.stop(training.run_id, training.root)
    launchers.stop(training.run_id, training.root)
    assert not is_held(training.alive_lock)
    assert RunReader(training.run_id, training.root).status.state is State.STOPPED


def test_an_innocent_process_of_the_same_id_is_spared_even_so(tmp_path, set_back):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        started = psutil.Process(innocent.pid).create_time()
        set_back()
        status = RunStatus(State.RUNNING, pid=innocent.pid, process_started=started)
        with hold(tmp_path / "alive.lock"):
            assert kill_run(status, tmp_path / "alive.lock") is False
        assert innocent.poll() is None
        innocent.kill()


def test_runs_launched_later_wait_behind_the_earlier_ones(tmp_path, small, set_back, monkeypatch):
    monkeypatch.setattr(control, "ensure_services", lambda *arguments, **options: None)
    launched = [launchers.launch(small(), tmp_path)[0]]
    set_back()
    launched += launchers.launch(small(), tmp_path)
    assert queued(tmp_path) == launched
