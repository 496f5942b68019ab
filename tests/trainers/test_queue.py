import time

import pytest

from trainers.launchers.queue import dequeue, enqueue, is_next, is_paused, pause, queued, set_priority, unpause

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


def test_a_changed_priority_keeps_the_order_of_arrival(tmp_path):
    for run_id in (FIRST, SECOND, THIRD):
        enqueue(tmp_path, run_id, "cpu")
    assert set_priority(tmp_path, THIRD, 2)
    assert queued(tmp_path) == [THIRD, FIRST, SECOND]
    assert set_priority(tmp_path, FIRST, 2)
    assert queued(tmp_path) == [FIRST, THIRD, SECOND]


def test_a_run_that_does_not_wait_gets_no_priority(tmp_path):
    assert set_priority(tmp_path, FIRST, 2) is False
    assert queued(tmp_path) == []


def test_nobody_is_next_while_the_queue_is_paused(tmp_path):
    enqueue(tmp_path, FIRST, "cpu")
    pause(tmp_path)
    assert (is_paused(tmp_path), is_next(tmp_path, FIRST)) == (True, False)
    unpause(tmp_path)
    assert (is_paused(tmp_path), is_next(tmp_path, FIRST)) == (False, True)


def test_looking_at_the_queue_of_a_folder_writes_nothing(tmp_path):
    assert (queued(tmp_path), is_paused(tmp_path)) == ([], False)
    unpause(tmp_path)
    dequeue(tmp_path, FIRST)
    assert list(tmp_path.iterdir()) == []
