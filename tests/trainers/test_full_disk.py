"""A disk that is full: the run fails with a sentence, what was saved stays readable, and a resume goes on from it."""

import errno
import os

import pytest

from softsil.runs import files
from softsil.runs.creation import create_run
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.status import State, write_status
from trainers import job
from trainers.checkpoint import CheckpointStore

pytestmark = pytest.mark.usefixtures("torch_settings")


@pytest.fixture
def full_for(monkeypatch):
    """From now on the files that the condition picks cannot be written."""
    replace = os.replace

    def fill(is_full):
        def refuse(source, target):
            if is_full(target.as_posix()):
                raise OSError(errno.ENOSPC, "No space left on device")
            replace(source, target)

        monkeypatch.setattr(files.os, "replace", refuse)

    return fill


@pytest.fixture
def paths(tmp_path, small_run):
    paths = RunPaths(tmp_path, new_run_id("r"))
    config = small_run(threads=1).model_dump(mode="json")
    create_run(paths, name="r", experiment=None, kind="training", config=config)
    return paths


@pytest.mark.parametrize(
    "part",
    ["embeddings/epoch_00002", "model/epoch_00002.pt"],  # every kind of file: test_small_disk.py
)
def test_a_full_disk_fails_the_run_which_resumes_when_there_is_room(paths, full_for, monkeypatch, part):
    full_for(lambda name: part in name)
    assert job.main([str(paths.folder)]) == 1
    reader = RunReader(paths.run_id, paths.root)
    assert reader.status.state is State.FAILED
    assert reader.status.error == "the disk is full; free some space and resume the run"
    assert CheckpointStore(paths).newest().epoch == 1
    monkeypatch.undo()
    write_status(paths, reader.status.changed(state=State.QUEUED))
    assert job.main([str(paths.folder)]) == 0
    assert [row["epoch"] for row in reader.history("validation")] == [0, 1, 2, 3]
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert reader.problems == []


def test_the_sentence_is_there_even_if_no_new_file_can_be_written(paths, full_for):
    full_for(lambda name: paths.embeddings(0).exists())
    assert job.main([str(paths.folder)]) == 1
    assert not is_held(paths.alive_lock)
    status = RunReader(paths.run_id, paths.root).status
    assert (status.state, status.error) == (State.FAILED, "the disk is full; free some space and resume the run")
