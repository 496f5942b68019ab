"""What a Ray worker does, without Ray."""

import os

import pytest
import torch

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers import launchers
from trainers.compute import ALLOTTED_VARIABLE
from trainers.launchers import control, ray_launcher
from trainers.launchers.queue import pause, queued
from trainers.launchers.ray_task import carry_out

NODE = "10.0.0.7"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty runs folder. (The usual one kills the processes of its runs: here that would be this process.)"""
    monkeypatch.setenv("SOFTSIL_RUNS", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def on_ray(monkeypatch, root, torch_settings):
    """Launches go to Ray, and no process is started; what a worker says to its own process is put back."""
    monkeypatch.setenv("SOFTSIL_LAUNCHER", "ray")
    monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", "10.0.0.5:6379")
    monkeypatch.setenv(ALLOTTED_VARIABLE, "")
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: True)
    monkeypatch.setattr(ray_launcher, "start_detached", lambda *arguments: None)
    monkeypatch.setattr(control, "ensure_projector", lambda root: None)


@pytest.fixture
def run(small):
    """A run that waits for Ray."""
    (run_id,) = launchers.launch(small(encoder={"name": "mlp", "hidden": (16,), "embedding_dim": 8}))
    return RunReader(run_id)


def test_a_worker_trains_the_run_prints_into_its_log_and_says_where(run, root):
    carry_out(run.paths.folder, 1, 0, NODE)
    assert (run.status.state, run.status.epoch, run.status.device) == (State.DONE, 3, f"cpu on {NODE}")
    assert "training on cpu from epoch 0" in run.paths.log.read_text()
    assert queued(root) == []
    assert not run.paths.heartbeat.exists()
    assert not is_held(run.paths.alive_lock)


def test_a_worker_uses_no_more_threads_than_ray_gave_it(run):
    torch.set_num_threads(5)
    carry_out(run.paths.folder, 2, 0, NODE)
    assert os.environ[ALLOTTED_VARIABLE] == "2"
    assert torch.get_num_threads() <= 2


def test_a_run_that_a_worker_gets_while_the_queue_is_paused_still_waits(run, root):
    pause(root)
    carry_out(run.paths.folder, 1, 0, NODE)
    assert run.status.state is State.QUEUED
    assert queued(root) == [run.run_id]
    assert not is_held(run.paths.alive_lock)


def test_a_run_that_was_stopped_on_its_way_is_left_alone(run):
    launchers.stop(run.run_id)
    carry_out(run.paths.folder, 1, 0, NODE)
    assert run.status.state is State.STOPPED


def test_a_node_that_does_not_see_the_run_folder_says_what_is_wrong(root):
    with pytest.raises(FileNotFoundError, match=r"node 10.0.0.7 does not see .*; put the runs folder on storage"):
        carry_out(root / "20260101-000000-run-abcd", 1, 0, NODE)


def test_settings_that_make_no_sense_fail_the_run(run):
    run.paths.config.write_text(run.paths.config.read_text().replace('"epochs": 3', '"epochs": -3'))
    carry_out(run.paths.folder, 1, 0, NODE)
    assert run.status.state is State.FAILED
    assert "epochs" in run.status.error
