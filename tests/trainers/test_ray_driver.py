"""The driver of the Ray launcher, with a cluster that does what the test says; ``ray/`` has tests on real ones."""

import dataclasses
import shutil

import pytest

from softsil.runs.lock import hold
from softsil.runs.reader import RunReader
from softsil.runs.status import State, read_status, write_status
from trainers import launchers
from trainers.launchers import control, ray_driver, ray_launcher
from trainers.launchers.queue import LAST_PRIORITY, pause, queued, set_priority, unpause
from trainers.launchers.ray_cluster import Landed, Size
from trainers.launchers.ray_driver import AHEAD, MAX_DEATHS, Driver
from trainers.launchers.ray_flights import flights


@dataclasses.dataclass
class Task:
    """A run that was handed over; the test says when and how it lands."""

    paths: object
    need: Size
    landed: Landed | None = None
    cancels: list[bool] = dataclasses.field(default_factory=list)

    def works(self, epoch=0):
        """Become a worker that trains: take the lock, say so, leave the queue."""
        self.lock = hold(self.paths.alive_lock)
        said = read_status(self.paths).changed(state=State.RUNNING, epoch=epoch, pid=1, message=None)
        write_status(self.paths, said)
        launchers.queue.dequeue(self.paths.root, self.paths.run_id)

    def says(self, state):
        """Leave a last word and land."""
        write_status(self.paths, read_status(self.paths).changed(state=state))
        self.lock.release()
        self.landed = Landed()

    def dies(self):
        """As after kill -9."""
        self.lock.release()
        self.landed = Landed(died="its worker or node died")


class FakeCluster:
    """Nodes and tasks as the test wants them."""

    def __init__(self, *sizes):
        self.sizes, self.tasks = list(sizes) or [Size(1)], []

    def nodes(self):
        return self.sizes

    def submit(self, paths, need):
        self.tasks.append(Task(paths, need))
        return self.tasks[-1]

    def landed(self, task):
        return task.landed

    def cancel(self, task, *, force):
        task.cancels.append(force)
        if not force:
            task.landed = Landed()

    @property
    def handed_over(self):
        return [task.paths.run_id for task in self.tasks]


@pytest.fixture(autouse=True)
def on_ray(monkeypatch, runs_folder):
    """Launches go to Ray, and no process is started."""
    monkeypatch.setenv("SOFTSIL_LAUNCHER", "ray")
    monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", "10.0.0.5:6379")
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: True)
    monkeypatch.setattr(ray_launcher, "start_detached", lambda *arguments: None)
    monkeypatch.setattr(control, "ensure_projector", lambda root: None)


@pytest.fixture
def launch(small):
    """Launches a run for each seed and returns their readers, in the order of the queue."""
    return lambda seeds=1, **changes: [
        RunReader(run_id) for run_id in launchers.launch(small(seeds=list(range(seeds)), **changes))
    ]


@pytest.fixture
def drive(runs_folder):
    """A driver of the folder that has joined a cluster."""
    return lambda cluster: Driver(runs_folder, lambda: cluster)


def state(reader):
    return reader.status.state


def test_runs_are_handed_over_in_the_order_of_the_queue_and_few_ahead(launch, drive):
    cluster, runs = FakeCluster(), launch(AHEAD + 2)
    driver = drive(cluster)
    driver.tick()
    assert cluster.handed_over == [run.run_id for run in runs[:AHEAD]]
    cluster.tasks[0].works()
    driver.tick()
    assert cluster.handed_over == [run.run_id for run in runs[: AHEAD + 1]]


def test_a_run_that_is_put_behind_the_others_is_taken_back(launch, drive, runs_folder):
    cluster, runs = FakeCluster(), launch(AHEAD + 1)
    driver = drive(cluster)
    driver.tick()
    set_priority(runs_folder, runs[0].run_id, LAST_PRIORITY)
    driver.tick()
    assert [task.cancels for task in cluster.tasks] == [[False], [], [], []]
    driver.tick()
    assert cluster.handed_over[AHEAD:] == [runs[-1].run_id]
    assert flights(runs_folder) == sorted(run.run_id for run in runs[1:])


def test_a_run_asks_for_as_many_processors_as_threads_and_for_a_card_where_a_node_has_one(launch, drive):
    cluster = FakeCluster(Size(8), Size(8, 2))
    launch(device="auto", threads=3), launch(device="cpu"), launch(device="cuda"), launch(device="cuda", processes=2)
    drive(cluster).tick()
    assert [task.need for task in cluster.tasks] == [Size(3, 1), Size(1, 0), Size(1, 1), Size(2, 2)]


def test_a_run_that_no_node_can_hold_says_so_until_one_can(launch, drive):
    cluster, (run,) = FakeCluster(Size(2)), launch(threads=16)
    driver = drive(cluster)
    driver.tick(), driver.tick()
    assert run.status.message == "waits for a Ray node with 16 processors; there is none now"
    cluster.sizes = [Size(2), Size(16)]
    driver.tick()
    assert run.status.message is None
    assert state(run) is State.QUEUED


def test_a_paused_queue_hands_nothing_over_and_ends_the_driver_when_nothing_flies(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    pause(runs_folder)
    driver = drive(cluster)
    assert not driver.tick()
    assert cluster.tasks == []
    unpause(runs_folder)
    assert driver.tick()
    assert cluster.handed_over == [run.run_id]


def test_a_run_that_began_while_the_queue_is_paused_is_left_alone_and_waits_again(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    pause(runs_folder)
    cluster.tasks[0].landed = Landed()  # its worker looked, and returned
    assert not driver.tick()
    assert state(run) is State.QUEUED
    assert queued(runs_folder) == [run.run_id]


def test_a_run_that_is_done_is_forgotten(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works()
    assert driver.tick()
    cluster.tasks[0].says(State.DONE)
    assert not driver.tick()
    assert flights(runs_folder) == []
    assert state(run) is State.DONE


def test_stopping_a_waiting_run_takes_its_task_back(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    launchers.stop(run.run_id)
    assert state(run) is State.STOPPED
    driver.tick()
    assert cluster.tasks[0].cancels == [False]
    assert not driver.tick()
    assert state(run) is State.STOPPED


def test_a_waiting_run_that_is_stopped_and_at_once_resumed_still_waits(launch, drive):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    launchers.stop(run.run_id)
    driver.tick()
    launchers.resume(run.run_id)
    driver.tick()
    assert cluster.handed_over == [run.run_id] * 2
    assert state(run) is State.QUEUED


def test_a_first_stop_of_a_training_run_is_for_its_worker_to_hear(launch, drive):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works()
    launchers.stop(run.run_id)
    driver.tick()
    assert cluster.tasks[0].cancels == []
    assert state(run) is State.STOPPING


def test_a_second_stop_ends_the_worker(launch, drive):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works()
    launchers.stop(run.run_id), launchers.stop(run.run_id)
    driver.tick(), driver.tick()
    assert cluster.tasks[0].cancels == [True]
    cluster.tasks[0].dies()
    driver.tick()
    assert state(run) is State.STOPPED
    assert not run.paths.stop_request.exists()


def test_a_worker_that_dies_after_a_stop_leaves_a_stopped_run(launch, drive):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works()
    launchers.stop(run.run_id)
    cluster.tasks[0].dies()
    driver.tick()
    assert state(run) is State.STOPPED


def test_a_run_whose_worker_died_goes_on_before_all_others(launch, drive, runs_folder):
    cluster, runs = FakeCluster(), launch(3)
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works(epoch=2)
    cluster.tasks[0].dies()
    assert state(runs[0]) is State.CRASHED
    driver.tick()
    assert state(runs[0]) is State.QUEUED
    assert queued(runs_folder)[0] == runs[0].run_id
    driver.tick(), driver.tick()
    alive = [task.paths.run_id for task in cluster.tasks if task.landed is None]
    assert alive == [run.run_id for run in runs]


def test_a_run_that_kills_its_workers_again_and_again_is_given_up_and_can_be_resumed(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    for _ in range(MAX_DEATHS):
        driver.tick()
        cluster.tasks[-1].works(epoch=5)
        cluster.tasks[-1].dies()
        driver.tick()
    assert state(run) is State.CRASHED
    assert (
        run.status.error == f"its worker or node died, {MAX_DEATHS} times with no epoch in between; it can be resumed"
    )
    assert queued(runs_folder) == flights(runs_folder) == []
    launchers.resume(run.run_id)
    driver.tick()
    assert len(cluster.tasks) == MAX_DEATHS + 1


def test_deaths_with_epochs_in_between_do_not_count(launch, drive):
    cluster, (run,) = FakeCluster(), launch(epochs=50)
    driver = drive(cluster)
    for epoch in range(2 * MAX_DEATHS):
        driver.tick()
        cluster.tasks[-1].works(epoch=epoch)
        cluster.tasks[-1].dies()
        driver.tick()
    assert state(run) is State.QUEUED


def test_a_node_that_cannot_train_fails_the_run_with_its_reason(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].landed = Landed(failed="the Ray task failed: node 10.0.0.7 does not see it")
    assert not driver.tick()
    assert (state(run), run.status.error) == (State.FAILED, "the Ray task failed: node 10.0.0.7 does not see it")
    assert queued(runs_folder) == []


def test_a_worker_cut_off_from_its_cluster_keeps_the_run_as_long_as_it_lives(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    cluster.tasks[0].works()
    cluster.tasks[0].landed = Landed(died="its worker or node died")
    assert driver.tick()
    assert state(run) is State.RUNNING
    cluster.tasks[0].says(State.DONE)
    assert not driver.tick()
    assert cluster.handed_over == [run.run_id]


def test_the_next_driver_takes_on_what_a_dead_one_left(launch, drive, runs_folder):
    first, runs = FakeCluster(), launch(2)
    drive(first).tick()
    first.tasks[0].works(epoch=2)
    second = FakeCluster()
    driver = drive(second)
    driver.tick()  # the worker lives for a moment longer than its driver
    assert second.handed_over == [runs[1].run_id]
    first.tasks[0].dies()
    driver.tick()
    assert runs[0].status.message == "its driver or its cluster ended; it goes on from its last checkpoint"
    driver.tick(), driver.tick()
    assert [task.paths.run_id for task in second.tasks if task.landed is None] == [run.run_id for run in runs]


def test_runs_say_that_no_cluster_answers_until_one_does(launch, runs_folder, monkeypatch):
    monkeypatch.setattr(ray_driver, "RECONNECT_SECONDS", 0.0)
    cluster, (run,) = FakeCluster(), launch()
    answers = iter([ConnectionError("no Ray cluster answers at 10.0.0.5:6379 (Connection refused)"), cluster])

    def join():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    driver = Driver(runs_folder, join)
    assert driver.tick()
    said = "no Ray cluster answers at 10.0.0.5:6379 (Connection refused); tried again every 0 s"
    assert (state(run), run.status.message) == (State.QUEUED, said)
    driver.tick(), driver.tick()
    assert run.status.message is None
    assert cluster.handed_over == [run.run_id]


def test_a_waiting_run_can_be_stopped_while_no_cluster_answers(launch, runs_folder):
    def join():
        raise ConnectionError("no Ray cluster answers")

    (run,) = launch()
    driver = Driver(runs_folder, join)
    driver.tick()
    launchers.stop(run.run_id)
    assert not driver.tick()
    assert state(run) is State.STOPPED


@pytest.mark.parametrize("trains", [False, True])
def test_a_run_folder_that_is_deleted_in_flight_stays_away(launch, drive, runs_folder, trains):
    cluster, (run,) = FakeCluster(), launch()
    driver = drive(cluster)
    driver.tick()
    if trains:
        cluster.tasks[0].works()
    shutil.rmtree(run.paths.folder)
    driver.tick()
    assert cluster.tasks[0].cancels == [True]
    cluster.tasks[0].landed = Landed(died="its worker or node died")
    driver.tick()
    assert not run.paths.folder.exists()
    assert flights(runs_folder) == []


def test_settings_that_make_no_sense_fail_the_run_before_it_is_handed_over(launch, drive, runs_folder):
    cluster, (run,) = FakeCluster(), launch()
    run.paths.config.write_text(run.paths.config.read_text().replace('"epochs": 3', '"epochs": -3'))
    assert not drive(cluster).tick() or not cluster.tasks
    assert state(run) is State.FAILED
    assert "epochs" in run.status.error
    assert queued(runs_folder) == []
