import pytest

from softsil.runs.creation import create_run
from softsil.runs.lock import hold
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.status import RunStatus, State, read_status, write_status
from trainers import slots
from trainers.launchers.queue import enqueue, set_priority
from trainers.outlook import expected_ends


@pytest.fixture
def add(tmp_path, small_run):
    """Makes a waiting run of ten epochs, or one that trains with so many seconds left."""
    held = []

    def make(name, *, trains=None, device="cpu", done=0, processes=1):
        paths = RunPaths(tmp_path, new_run_id(name))
        config = small_run(epochs=10, device=device if trains is None else "cpu", processes=processes)
        create_run(paths, name=name, experiment=None, kind="training", config=config.model_dump(mode="json"))
        if trains is None:
            write_status(paths, read_status(paths).changed(epoch=done, epochs=10))
            enqueue(tmp_path, paths.run_id, device)
        else:
            held.append(hold(paths.alive_lock))
            write_status(paths, RunStatus(State.RUNNING, device=device, seconds_left=trains))
        return paths.run_id

    yield make
    for lock in held:
        lock.release()


def test_runs_on_one_slot_end_one_after_the_other(tmp_path, add, monkeypatch):
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", "1")
    add("now", trains=30.0)
    first, second = add("first"), add("second", done=5)
    assert expected_ends(tmp_path, lambda run: 100.0) == {first: 130.0, second: 180.0}
    set_priority(tmp_path, second, 1)
    assert expected_ends(tmp_path, lambda run: 100.0) == {second: 80.0, first: 180.0}


def test_a_free_slot_is_taken_at_once(tmp_path, add, monkeypatch):
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", "2")
    add("now", trains=30.0)
    first, second, third = add("first"), add("second"), add("third")
    assert expected_ends(tmp_path, lambda run: 100.0) == {first: 100.0, second: 130.0, third: 200.0}


def test_devices_do_not_wait_for_each_other(tmp_path, add, monkeypatch):
    monkeypatch.setattr(slots, "graphics_cards", lambda: ("A",))
    add("now", trains=500.0, device="cuda:0")
    on_cpu, on_card = add("cpu"), add("card", device="cuda")
    assert expected_ends(tmp_path, lambda run: 100.0) == {on_cpu: 100.0, on_card: 600.0}


def test_a_run_of_two_processes_waits_for_two_cards(tmp_path, add, monkeypatch):
    monkeypatch.setattr(slots, "graphics_cards", lambda: ("A", "B", "C"))
    add("now", trains=30.0, device="cuda:0, cuda:1")
    both, one = add("both", device="cuda", processes=2), add("one", device="cuda")
    assert expected_ends(tmp_path, lambda run: 100.0) == {both: 130.0, one: 130.0}


def test_nothing_is_said_of_what_nobody_knows(tmp_path, add):
    add("first")
    assert expected_ends(tmp_path, lambda run: None) == {}
    assert expected_ends(tmp_path / "empty") == {}
