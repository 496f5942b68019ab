import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softsil.projection.follow import Follower
from softsil.projection.registry import parse_projection
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import service_folder
from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter
from trainers import projection_queue, projector
from trainers.projection_queue import ProjectionQueue
from trainers.projection_requests import request_projection

CHECKOUT = Path(__file__).parents[2]
PCA, UMAP = parse_projection("pca").key, parse_projection("umap").key
LABELS = np.arange(60) % 3


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


def snapshots(count, seed=0):
    generator = np.random.default_rng(seed)
    start = generator.normal(size=(60, 8))
    return [start + epoch * np.eye(3, 8)[LABELS] for epoch in range(count)]


def record(root, epochs=3, experiment=None, name="run"):
    with RunWriter(name, labels=LABELS, root=root, experiment=experiment) as recorder:
        for epoch, embeddings in enumerate(snapshots(epochs)):
            recorder.log(epoch, embeddings=embeddings)
    return RunReader(recorder.run_id, root)


def finish(queue, limit=200):
    queue.scan()
    for _ in range(limit):
        if not queue.work():
            return
    raise AssertionError("the queue never ends")


def test_every_run_gets_pca_and_umap_frames_of_every_epoch(root):
    readers = [record(root), record(root)]
    finish(ProjectionQueue(root))
    for reader in readers:
        assert reader.frame_epochs(PCA) == reader.frame_epochs(UMAP) == [0, 1, 2]


def test_all_pca_frames_come_before_the_first_umap_frame(root):
    readers = [record(root), record(root)]
    queue = ProjectionQueue(root)
    queue.scan()
    for _ in range(6):
        queue.work()
    assert [reader.frame_epochs(PCA) for reader in readers] == [[0, 1, 2]] * 2
    assert [reader.frame_epochs(UMAP) for reader in readers] == [[], []]


def test_two_live_runs_take_turns(root):
    with RunWriter("a", labels=LABELS, root=root) as a, RunWriter("b", labels=LABELS, root=root) as b:
        for epoch, embeddings in enumerate(snapshots(6)):
            a.log(epoch, embeddings=embeddings)
            b.log(epoch, embeddings=embeddings)
        queue = ProjectionQueue(root)
        queue.scan()
        for _ in range(12 + 4):
            queue.work()
        for recorder in (a, b):
            assert RunReader(recorder.run_id, root).frame_epochs(UMAP) == [0, 5]


def test_a_live_run_is_served_before_a_finished_one(root):
    done = record(root)
    with RunWriter("live", labels=LABELS, root=root) as recorder:
        recorder.log(0, embeddings=snapshots(1)[0])
        queue = ProjectionQueue(root)
        queue.scan()
        for _ in range(4 + 1):
            queue.work()
        assert RunReader(recorder.run_id, root).frame_epochs(UMAP) == [0]
        assert done.frame_epochs(UMAP) == []


def test_while_the_inner_loops_compile_pca_goes_on_and_is_measured_later(root):
    reader = record(root)
    queue = ProjectionQueue(root)
    queue.scan()
    while queue.work(only_instant=True):
        pass
    assert (reader.frame_epochs(PCA), reader.frame_epochs(UMAP)) == ([0, 1, 2], [])
    assert "trustworthiness" not in reader.frame_quality(PCA, 2)
    finish(queue)
    assert all(reader.frame_quality(PCA, epoch)["trustworthiness"] > 0.5 for epoch in range(3))


def test_the_newest_map_of_a_live_run_is_seen_first_and_measured_then(root):
    with RunWriter("live", labels=LABELS, root=root) as recorder:
        recorder.log(0, embeddings=snapshots(1)[0])
        reader = RunReader(recorder.run_id, root)
        queue = ProjectionQueue(root)
        queue.scan()
        while not reader.frame_epochs(UMAP):
            queue.work()
        assert "trustworthiness" not in reader.frame_quality(UMAP, 0)
        finish(queue)
        assert reader.frame_quality(UMAP, 0)["trustworthiness"] > 0.5


def test_what_a_projector_had_no_time_to_measure_the_next_one_measures(root):
    reader = record(root)
    follower = Follower(reader, parse_projection("pca"))
    for epoch in range(3):
        follower.write(epoch, measure=epoch == 0)
    finish(ProjectionQueue(root))
    assert all(reader.frame_quality(PCA, epoch)["trustworthiness"] > 0.5 for epoch in range(3))


def test_new_epochs_are_noticed(root):
    with RunWriter("live", labels=LABELS, root=root) as recorder:
        queue = ProjectionQueue(root)
        for epoch, embeddings in enumerate(snapshots(3)):
            recorder.log(epoch, embeddings=embeddings)
            finish(queue)
            assert RunReader(recorder.run_id, root).frame_epochs(UMAP)[-1] == epoch


def test_a_run_without_news_is_not_opened_again(root, monkeypatch):
    reader = record(root)
    os.utime(reader.paths.embeddings_folder, ns=(10**18, 10**18))
    queue = ProjectionQueue(root)
    finish(queue)
    monkeypatch.setattr(RunReader, "embedding_epochs", lambda self: pytest.fail("looked into a run without news"))
    assert not queue.scan()
    assert not queue.work()


def test_bad_folders_stop_nobody(root):
    torn = record(root)
    torn.paths.config.write_text("{")
    torn.paths.embeddings(1).write_bytes(b"\x93NUMPY")
    (root / "20260101-000000-file-abcd").write_text("a file with the name of a run")
    (root / "20260101-000001-empty-abcd").mkdir()
    odd = root / "20260101-000002-odd-abcd"
    odd.mkdir()
    (odd / "config.json").write_text("{}")
    (odd / "embeddings").write_text("not a folder")
    good = record(root)
    finish(ProjectionQueue(root))
    assert good.frame_epochs(UMAP) == [0, 1, 2]
    assert torn.frame_epochs(UMAP) == [0, 2]


def test_a_skipped_snapshot_is_said_in_the_log(root, caplog):
    reader = record(root)
    reader.paths.embeddings(1).write_bytes(b"\x93NUMPY")
    finish(ProjectionQueue(root))
    assert "epoch_00001.npy" in caplog.text


def test_a_failure_is_tried_again_later_and_others_go_on(root, monkeypatch):
    bad, good = record(root, name="bad"), record(root, name="good")
    write = projection_queue.Follower.write

    def failing(self, *arguments, **options):
        if self.reader.run_id == bad.run_id:
            raise OSError("no space left on device")
        return write(self, *arguments, **options)

    monkeypatch.setattr(projection_queue.Follower, "write", failing)
    queue = ProjectionQueue(root)
    queue.scan()
    for _ in range(20):
        queue.work()
    assert good.frame_epochs(UMAP) == [0, 1, 2]
    monkeypatch.undo()
    monkeypatch.setattr(projection_queue, "RETRY_SECONDS", 0.0)
    for task in queue._busy.values():
        task.not_before = 0.0
    finish(queue)
    assert bad.frame_epochs(UMAP) == [0, 1, 2]


def test_a_deleted_run_is_forgotten(root):
    reader = record(root)
    queue = ProjectionQueue(root)
    queue.scan()
    reader.paths.folder.rename(root / "elsewhere")
    queue.scan()
    assert not queue.work()


def test_a_requested_projection_is_made_beside_the_others(root):
    readers = [record(root, experiment="x"), record(root, experiment="x")]
    queue = ProjectionQueue(root)
    finish(queue)
    key = request_projection([reader.run_id for reader in readers], {"method": "umap", "dims": 3, "seed": 4}, root)
    finish(queue)
    for reader in readers:
        assert reader.frame_epochs(key) == reader.frame_epochs(UMAP) == [0, 1, 2]
        assert reader.frame(key, 2).shape == (60, 3)
    assert len({reader.projection_config(key)["reference"] for reader in readers}) == 1


def test_a_request_survives_a_projector_that_dies_before_it_could_serve_it(root):
    reader = record(root)
    key = request_projection([reader.run_id], {"method": "pca", "dims": 3}, root)
    ProjectionQueue(root).scan()
    finish(ProjectionQueue(root))
    assert reader.frame_epochs(key) == [0, 1, 2]


def test_a_damaged_request_is_dropped(root):
    reader = record(root)
    folder = service_folder(root) / "projection-requests"
    folder.mkdir()
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text(json.dumps({"runs": ["../../x"], "projection": {"method": "pca"}}))
    finish(ProjectionQueue(root))
    assert list(folder.iterdir()) == []
    assert reader.frame_epochs(UMAP) == [0, 1, 2]


def test_a_request_with_a_bad_setting_is_refused_at_once(root):
    reader = record(root)
    with pytest.raises(ValueError, match="n_neighbors"):
        request_projection([reader.run_id], {"method": "umap", "n_neighbors": 0}, root)


def test_serving_ends_when_idle(root):
    reader = record(root)
    projector.serve(root, idle_seconds=0.5)
    assert reader.frame_epochs(UMAP) == [0, 1, 2]
    assert not is_held(service_folder(root) / projector.LOCK_NAME)


def test_a_second_projector_ends_at_once(root):
    with hold(service_folder(root) / projector.LOCK_NAME):
        assert projector.main([str(root), "--idle-seconds", "0.1"]) == 0
    assert "another projector" in (service_folder(root) / projector.LOG_NAME).read_text()


@pytest.fixture
def ended(root):
    """Ends the projector that the test started, even when the test failed."""
    yield
    started = projector._started.pop(root, None)
    if started is not None:
        started.terminate()
        started.wait(20)


@pytest.mark.usefixtures("ended")
def test_ensure_projector_starts_one_process_that_draws_the_map(root, wait_until):
    reader = record(root)
    projector.ensure_projector(root)
    first = projector._started[root]
    projector.ensure_projector(root)
    assert projector._started[root] is first
    wait_until(lambda: reader.frame_epochs(UMAP) == [0, 1, 2])
    assert is_held(service_folder(root) / projector.LOCK_NAME)
    assert os.getsid(first.pid) == first.pid
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    assert not is_held(service_folder(root) / projector.LOCK_NAME)


def test_of_two_processes_started_at_once_one_serves(root):
    command = [sys.executable, "-m", "trainers.projector", str(root), "--idle-seconds", "3"]
    both = [subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    text = (service_folder(root) / projector.LOG_NAME).read_text()
    assert text.count("another projector serves") == 1
    assert text.count("ending") == 1


def test_starting_imports_nothing_heavy():
    heavy = ("torch", "umap", "numba", "scipy", "sklearn")
    code = (
        f"import sys, trainers.projector, trainers.projection_requests; print([m for m in {heavy} if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
