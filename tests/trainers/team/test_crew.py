"""What the first process says and does about the others, without training."""

import threading

import pytest

from softsil.runs.paths import RunPaths, new_run_id
from trainers import launchers, slots
from trainers.compute import limit_threads
from trainers.errors import LaunchError, TeamError
from trainers.launchers.queue import queued
from trainers.team import crew
from trainers.team.crew import Crew

REASON = r"process 2 of 2 failed: .*config\.json"


@pytest.fixture
def run_without_settings(tmp_path):
    paths = RunPaths(tmp_path, new_run_id("none"))
    paths.folder.mkdir()
    return paths


def no_last_word(error):
    raise AssertionError(error)


def test_a_process_that_fails_says_why(run_without_settings):
    team = Crew(run_without_settings, ["cpu", "cpu"], no_last_word)
    with pytest.raises(TeamError, match=REASON), team:
        team.join(lambda: False)


def test_an_error_that_only_tells_of_a_lost_process_becomes_the_reason(run_without_settings, monkeypatch):
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 120.0)
    with pytest.raises(TeamError, match=REASON), Crew(run_without_settings, ["cpu", "cpu"], no_last_word):
        raise RuntimeError("Connection closed by peer")


def test_an_error_of_the_first_process_stays_its_own(run_without_settings):
    with pytest.raises(ValueError, match="no such class"), Crew(run_without_settings, ["cpu", "cpu"], no_last_word):
        raise ValueError("no such class")


def test_caught_waiting_for_a_lost_process_the_first_one_says_so_and_ends(run_without_settings, monkeypatch):
    ended, words = threading.Event(), []
    monkeypatch.setattr(crew, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(crew.os, "_exit", lambda status: ended.set())
    with Crew(run_without_settings, ["cpu", "cpu"], words.append):
        assert ended.wait(60)
    assert "process 2 of 2 failed" in str(words[0])


def test_alone_there_is_nobody_to_start(run_without_settings):
    with Crew(run_without_settings, ["cpu"], no_last_word) as team:
        assert team.join(lambda: False).size == 1


def test_more_processes_than_samples_in_a_batch_are_refused(small):
    with pytest.raises(ValueError, match="batch_size 2 leaves nothing for some of 3 processes; take at most 2"):
        small(batch_size=2, processes=3)


def test_more_processes_than_cards_are_refused_at_the_launch(runs_folder, small, monkeypatch):
    monkeypatch.setattr(slots, "graphics_cards", lambda: ("A", "B"))
    with pytest.raises(LaunchError, match="3 processes need a graphics card each"):
        launchers.launch(small(device="cuda", processes=3))
    assert queued(runs_folder) == []


def test_processes_divide_the_threads(small_run, torch_settings):
    import torch

    limit_threads(small_run(threads=6, processes=3))
    assert torch.get_num_threads() == 2
