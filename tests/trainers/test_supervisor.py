from types import SimpleNamespace

import pytest

from softsil.runs.creation import create_run
from softsil.runs.lock import hold
from softsil.runs.paths import RunPaths, new_run_id, service_folder
from softsil.runs.status import State, read_status, write_status
from trainers.launchers import supervisor as module
from trainers.launchers.queue import dequeue, enqueue, pause, queued, unpause
from trainers.launchers.supervisor import MAX_STARTS, Supervisor


class FakeProcess(SimpleNamespace):
    def poll(self):
        return self.code


@pytest.fixture
def started(monkeypatch):
    """Names of the runs a job was started for, instead of starting one; each with the process it got."""
    jobs: list[tuple[str, FakeProcess]] = []

    def start(kind, folder, log):
        jobs.append((folder.name, FakeProcess(code=None)))
        return jobs[-1][1]

    monkeypatch.setattr(module, "start_detached", start)
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", "1")
    return jobs


def waiting_run(root, name, small_run, *, marker=True):
    paths = RunPaths(root, new_run_id(name))
    create_run(paths, name=name, experiment=None, kind="training", config=small_run().model_dump(mode="json"))
    if marker:
        enqueue(root, paths.run_id, "cpu")
    return paths


def test_as_many_jobs_as_slots_and_one_more_are_started(tmp_path, started, small_run):
    runs = [waiting_run(tmp_path, f"r{i}", small_run) for i in range(4)]
    supervisor = Supervisor(tmp_path)
    for _ in range(3):
        supervisor.tick()
    assert [name for name, _ in started] == [paths.run_id for paths in runs[:2]]


def test_a_run_whose_job_lives_is_not_started_by_a_second_supervisor(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run)
    with hold(paths.alive_lock):
        Supervisor(tmp_path).tick()
    assert started == []


def test_a_run_that_was_stopped_while_it_waited_leaves_the_queue(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run)
    write_status(paths, read_status(paths).changed(state=State.STOPPED))
    assert Supervisor(tmp_path).tick() is False
    assert (started, queued(tmp_path)) == ([], [])


def test_a_job_that_keeps_dying_before_it_trains_fails_its_run(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run)
    supervisor = Supervisor(tmp_path)
    for _ in range(MAX_STARTS + 1):
        supervisor.tick()
        started[-1][1].code = 1
    status = read_status(paths)
    assert len(started) == MAX_STARTS
    assert status.state is State.FAILED
    assert "before it started to train" in status.error
    assert queued(tmp_path) == []
    write_status(paths, status.changed(state=State.QUEUED))  # as a resume does, at once
    enqueue(tmp_path, paths.run_id, "cpu")
    supervisor.tick()
    assert len(started) == MAX_STARTS + 1


def test_a_run_that_is_resumed_again_and_again_is_started_every_time(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run)
    supervisor = Supervisor(tmp_path)
    for _ in range(2 * MAX_STARTS):
        supervisor.tick()
        dequeue(tmp_path, paths.run_id)  # as the job does once it trains
        started[-1][1].code = -9
        supervisor.tick()
        enqueue(tmp_path, paths.run_id, "cpu")
    assert len(started) == 2 * MAX_STARTS
    assert read_status(paths).state is State.QUEUED


def test_a_waiting_run_that_lost_its_marker_is_queued_again(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run, marker=False)
    Supervisor(tmp_path).adopt()
    assert queued(tmp_path) == [paths.run_id]


def test_a_marker_without_a_run_folder_is_dropped(tmp_path, started):
    enqueue(tmp_path, new_run_id("gone"), "cpu")
    assert Supervisor(tmp_path).tick() is False
    assert queued(tmp_path) == []


def test_a_second_supervisor_of_the_same_folder_ends_at_once(tmp_path, started, small_run):
    waiting_run(tmp_path, "r", small_run)
    with hold(service_folder(tmp_path) / "supervisor.lock"):
        assert module.main([str(tmp_path)]) == 0
    assert started == []


def test_while_the_queue_is_paused_nothing_starts_and_the_supervisor_ends(tmp_path, started, small_run, monkeypatch):
    paths = waiting_run(tmp_path, "r", small_run)
    pause(tmp_path)
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
    assert module.main([str(tmp_path)]) == 0
    assert (started, queued(tmp_path)) == ([], [paths.run_id])
    unpause(tmp_path)
    assert Supervisor(tmp_path).tick() is True
    assert [name for name, _ in started] == [paths.run_id]


def test_a_job_between_two_runs_keeps_its_place(tmp_path, started, small_run):
    runs = [waiting_run(tmp_path, f"r{i}", small_run) for i in range(4)]
    supervisor = Supervisor(tmp_path)
    supervisor.tick()
    for paths in runs[:2]:  # both done; their processes live and are about to take the next two
        write_status(paths, read_status(paths).changed(state=State.DONE))
    supervisor.tick()
    assert len(started) == 2
    started[0][1].code = 0
    supervisor.tick()
    assert [name for name, _ in started[2:]] == [runs[2].run_id]


def test_a_run_queued_again_is_not_taken_for_one_whose_job_is_coming(tmp_path, started, small_run):
    paths = waiting_run(tmp_path, "r", small_run)
    supervisor = Supervisor(tmp_path)
    supervisor.tick()
    dequeue(tmp_path, paths.run_id)  # it trains, then is stopped; its process goes on with other runs
    supervisor.tick()
    enqueue(tmp_path, paths.run_id, "cpu")
    supervisor.tick()
    assert [name for name, _ in started] == [paths.run_id, paths.run_id]
