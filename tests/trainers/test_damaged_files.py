"""Files of a run that were torn, truncated, or carried to another machine: read as what is true, and trained on."""

import json
import shutil
import subprocess
import sys

import pytest

from softsil.errors import UnreadableFileError
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import RunStatus, State, read_status, write_status
from trainers import job, launchers
from trainers.describe import describe
from trainers.launchers import control
from trainers.launchers.queue import queued

pytestmark = pytest.mark.usefixtures("torch_settings")
EPOCHS = 3


@pytest.fixture
def killed(train, small_run):
    """A run whose process was killed after its second epoch."""
    steps = 6  # of 240 samples a part trains, in batches of 32
    reader = train(small_run(epochs=EPOCHS, threads=1), stop_after_steps=2 * steps + 1)
    write_status(reader.paths, RunStatus(State.RUNNING, epoch=2, epochs=EPOCHS, pid=1, process_started=1.0))
    return reader


@pytest.fixture(autouse=True)
def no_services(monkeypatch):
    monkeypatch.setattr(control, "ensure_services", lambda *arguments, **options: None)


def cut(path, share=0.5):
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def tear_history(paths):
    paths.metrics.write_text(paths.metrics.read_text() + '{"time": 1.0, "epoch": 3, "spl')


DAMAGE = {
    "torn last line": tear_history,
    "truncated checkpoint": lambda paths: cut(max(paths.model.glob("*.safetensors"))),
    "truncated training state": lambda paths: cut(max(paths.model.glob("*.pt"))),
    "truncated manifest": lambda paths: cut(paths.model / "manifest.json"),
    "truncated watched sample": lambda paths: cut(paths.samples),
    "truncated notes": lambda paths: paths.notes.write_text('{"name": "x'),
    "truncated status": lambda paths: cut(paths.status),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_run_is_listed_as_crashed_and_trains_to_its_end(killed, damage):
    damage(killed.paths)
    (reader,) = list_runs(killed.paths.root)
    assert describe(reader)["state"] == "crashed"
    launchers.resume(reader.run_id, reader.paths.root)
    assert job.main([str(reader.paths.folder)]) == 0
    lines = [json.loads(line) for line in reader.paths.metrics.read_text().splitlines()]
    assert [row["epoch"] for row in lines if row["split"] == "validation"] == list(range(EPOCHS + 1))
    assert [row["epoch"] for row in lines if row["split"] == "watched"] == list(range(EPOCHS + 1))
    assert reader.status.state is State.DONE
    for epoch in range(EPOCHS + 1):
        reader.embeddings(epoch)


def test_a_truncated_snapshot_is_named_and_the_others_are_read(killed):
    cut(killed.paths.embeddings(1))
    launchers.resume(killed.run_id, killed.paths.root)
    assert job.main([str(killed.paths.folder)]) == 0
    with pytest.raises(UnreadableFileError, match=r"embeddings/epoch_00001\.npy cannot be read"):
        killed.embeddings(1)
    assert [len(killed.embeddings(epoch)) for epoch in (0, 2, 3)] == [40, 40, 40]


def test_a_torn_config_is_listed_and_answered_with_a_sentence(killed):
    cut(killed.paths.config)
    (reader,) = list_runs(killed.paths.root)
    assert describe(reader)["state"] == "crashed"
    assert "config.json cannot be read" in reader.problems[0]
    with pytest.raises(UnreadableFileError, match=r"config\.json cannot be read"):
        launchers.resume(reader.run_id, reader.paths.root)


@pytest.fixture
def carried(killed, tmp_path):
    """The folder of a run that trains on the first machine, copied to the runs folder of a second one."""
    source = killed.paths
    holder = (
        "import sys, pathlib, softsil.runs.lock as k; l = k.hold(pathlib.Path(sys.argv[1])); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(source.alive_lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        write_status(source, RunStatus(State.RUNNING, epoch=2, epochs=EPOCHS, pid=process.pid, process_started=1.0))
        assert killed.status.state is State.RUNNING
        target = RunPaths(tmp_path / "elsewhere", source.run_id)
        shutil.copytree(source.folder, target.folder)
        yield RunReader(target.run_id, target.root)
        assert killed.status.state is State.RUNNING  # whatever was done to the copy
        process.kill()


def test_a_running_run_carried_elsewhere_reads_as_crashed_there(carried):
    assert not is_held(carried.paths.alive_lock)
    assert carried.status.state is State.CRASHED
    launchers.stop(carried.run_id, carried.paths.root)  # ends nothing here, and nothing on the first machine


def test_a_running_run_carried_elsewhere_is_resumed_there(carried):
    launchers.resume(carried.run_id, carried.paths.root)
    assert job.main([str(carried.paths.folder)]) == 0
    assert carried.status.state is State.DONE
    assert [row["epoch"] for row in carried.history("validation")] == list(range(EPOCHS + 1))


def test_a_waiting_run_carried_elsewhere_has_no_place_in_the_queue_until_it_is_resumed(killed, tmp_path):
    write_status(killed.paths, RunStatus(State.QUEUED, epochs=EPOCHS))
    target = RunPaths(tmp_path / "elsewhere", killed.run_id)
    shutil.copytree(killed.paths.folder, target.folder)
    assert describe(RunReader(target.run_id, target.root))["queue_position"] is None
    launchers.resume(target.run_id, target.root)
    assert (queued(target.root), read_status(target).state) == ([target.run_id], State.QUEUED)
