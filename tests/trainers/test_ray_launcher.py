import pytest

from softsil.runs.reader import list_runs
from trainers import launchers
from trainers.errors import LaunchError
from trainers.launchers import ray_launcher
from trainers.launchers.queue import enqueue, pause
from trainers.launchers.ray_driver import main
from trainers.launchers.ray_flights import begin_flight
from trainers.launchers.ray_launcher import RayLauncher


@pytest.fixture
def started(monkeypatch, runs_folder):
    """Arguments of the drivers that would have been started."""
    calls = []
    monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", "10.0.0.5:6379")
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: True)
    monkeypatch.setattr(ray_launcher, "start_detached", lambda *arguments: calls.append(arguments))
    return calls


def test_without_ray_nothing_is_launched_and_the_sentence_says_how_to_install_it(small, runs_folder, monkeypatch):
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: False)
    with pytest.raises(LaunchError, match=r"not installed here; install it with: pip install -r requirements-ray.txt"):
        launchers.launch(small(), launcher="ray")
    assert list_runs(runs_folder) == []


@pytest.mark.parametrize("address", ["", "10.0.0.5", "10.0.0.5:port", "ray cluster:6379"])
def test_an_address_that_names_no_cluster_is_refused(small, started, monkeypatch, address):
    monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", address)
    with pytest.raises(
        LaunchError, match=r"set SOFTSIL_RAY_ADDRESS to host and port of its head such as 10.0.0.5:6379"
    ):
        launchers.launch(small(), launcher="ray")


def test_a_card_of_one_machine_is_refused(small, started, runs_folder):
    with pytest.raises(LaunchError, match=r"'cuda:1' names a card of one machine; on Ray say cuda"):
        launchers.launch(small(device="cuda:1"), launcher="ray")
    assert list_runs(runs_folder) == []


def test_a_launch_starts_a_driver(small, started, runs_folder):
    launchers.launch(small(), launcher="ray")
    assert [(module, root) for module, root, _ in started] == [("trainers.launchers.ray_driver", runs_folder)]


def test_a_driver_is_started_for_what_an_earlier_one_left_even_if_the_queue_is_paused(started, runs_folder):
    pause(runs_folder)
    enqueue(runs_folder, "20260101-000000-run-abcd", "auto", launcher="ray")
    RayLauncher().serve(runs_folder)
    assert started == []
    begin_flight(launchers.registry.RunPaths(runs_folder, "20260101-000000-run-abcd"))
    RayLauncher().serve(runs_folder)
    assert len(started) == 1


def test_the_driver_says_what_it_takes(capsys, monkeypatch, runs_folder):
    monkeypatch.delenv("SOFTSIL_RAY_ADDRESS", raising=False)
    assert main([str(runs_folder)]) == 2
    assert "usage: SOFTSIL_RAY_ADDRESS=ADDRESS" in capsys.readouterr().err
