import time

import pytest

from trainers.launchers.queue import dequeue, enqueue, is_next, queued

FIRST, SECOND, THIRD = (f"20260101-000000-run-000{i}" for i in (1, 2, 3))


def test_runs_wait_in_the_order_they_came(tmp_path):
    for run_id in (SECOND, FIRST, THIRD):
        enqueue(tmp_path, run_id, "cpu")
    assert queued(tmp_path) == [SECOND, FIRST, THIRD]


def test_a_higher_priority_goes_first(tmp_path):
    enqueue(tmp_path, FIRST, "cpu")
    enqueue(tmp_path, SECOND, "cpu", priority=1)
    assert queued(tmp_path) == [SECOND, FIRST]


def test_the_order_holds_when_the_clock_is_set_back(tmp_path, monkeypatch):
    enqueue(tmp_path, FIRST, "cpu")
    monkeypatch.setattr(time, "time_ns", lambda: 1)
    enqueue(tmp_path, SECOND, "cpu")
    assert queued(tmp_path) == [FIRST, SECOND]


def test_queueing_twice_moves_to_the_end_and_waits_once(tmp_path):
    for run_id in (FIRST, SECOND, FIRST):
        enqueue(tmp_path, run_id, "cpu")
    assert queued(tmp_path) == [SECOND, FIRST]


def test_a_run_that_left_does_not_wait(tmp_path):
    enqueue(tmp_path, FIRST, "cpu")
    dequeue(tmp_path, FIRST)
    dequeue(tmp_path, FIRST)
    assert queued(tmp_path) == []


@pytest.mark.parametrize(("device", "goes"), [("cpu", False), ("cuda:0", True)])
def test_a_run_waits_only_for_runs_on_the_same_device(tmp_path, device, goes):
    enqueue(tmp_path, FIRST, "cpu")
    enqueue(tmp_path, SECOND, device)
    assert is_next(tmp_path, FIRST)
    assert is_next(tmp_path, SECOND) is goes


def test_foreign_files_in_the_queue_folder_are_passed_over(tmp_path):
    enqueue(tmp_path, FIRST, "cpu")
    (tmp_path / ".softsil" / "queue" / "notes.txt").write_text("mine")
    assert queued(tmp_path) == [FIRST]
