"""The RunReader tells the truth about a folder that may be torn, half-written, or left by a dead process."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softsil import RunReader
from softsil.errors import InvalidRunIdError, RunNotFoundError, UnreadableFileError
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import list_runs
from softsil.runs.status import State
from softsil.runs.writer import RunWriter


@pytest.fixture
def run(tmp_path) -> RunReader:
    with RunWriter("run", labels=[0, 0, 1, 1], root=tmp_path) as recorder:
        for epoch in range(3):
            recorder.log(epoch, embeddings=np.eye(4) + epoch, loss=1 / (epoch + 1))
    return RunReader(recorder.run_id, tmp_path)


def start_and_kill(root: Path) -> RunReader:
    code = (
        "import sys; from softsil.runs.writer import RunWriter\n"
        f"r = RunWriter('victim', root={str(root)!r}); r.log(2, loss=0.1)\n"
        "print(r.run_id, flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    run_id = process.stdout.readline().strip()
    assert RunReader(run_id, root).status.state is State.RUNNING
    process.kill()
    process.communicate()
    return RunReader(run_id, root)


def test_a_killed_writer_reads_as_crashed(tmp_path):
    status = start_and_kill(tmp_path).status
    assert status.state is State.CRASHED
    assert "during epoch 3" in status.error


def test_a_torn_last_line_is_left_out_and_said(run):
    with run.paths.metrics.open("a") as file:
        file.write('{"epoch": 3, "split": "tra')
    assert len(run.history("train")) == 3
    assert run.problems == [f"{run.run_id}/metrics.jsonl: 1 unreadable line(s) left out"]


def test_a_truncated_snapshot_is_one_sentence(run):
    path = run.paths.embeddings(1)
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(UnreadableFileError, match=r"embeddings/epoch_00001\.npy cannot be read"):
        run.embeddings(1)


def test_a_snapshot_with_objects_is_never_unpickled(run):
    np.save(run.paths.embeddings(1), np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UnreadableFileError, match="allow_pickle=False"):
        run.embeddings(1)


def test_damaged_samples_are_none_and_said(run):
    run.paths.samples.write_bytes(b"not a zip")
    assert run.samples is None
    assert "samples.npz cannot be read" in run.problems[0]


def test_a_run_without_status_counts_as_crashed(run):
    run.paths.status.unlink()
    assert run.status.state is State.CRASHED


def test_temporary_files_are_not_epochs(run):
    (run.paths.embeddings_folder / ".epoch_00009.npy.tmp-1").write_bytes(b"")
    assert run.embedding_epochs() == [0, 1, 2]


@pytest.mark.parametrize("text", ["", "..", "../x", "20260101-000000-a/b-abcd", "20260101-000000-A-abcd", "x" * 300])
def test_text_that_is_no_run_id_never_becomes_a_path(tmp_path, text):
    with pytest.raises(InvalidRunIdError, match="is not a run id"):
        RunPaths(tmp_path, text)


@pytest.mark.parametrize("key", ["", "..", "umap/../..", "UMAP-2d", "umap"])
def test_text_that_is_no_projection_key_never_becomes_a_path(run, key):
    with pytest.raises(InvalidRunIdError, match="is not a projection key"):
        run.paths.projection(key)


@pytest.mark.parametrize("name", ["CE + Sil (τ=0.1)", "", "🦊", "a" * 200, "../../etc"])
def test_every_name_makes_a_valid_run_id(tmp_path, name):
    RunPaths(tmp_path, new_run_id(name))


def test_a_missing_run_is_not_created(tmp_path):
    with pytest.raises(RunNotFoundError, match="there is no run"):
        RunReader("20260101-000000-run-abcd", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_listing_passes_over_what_is_not_a_run(run):
    (run.paths.root / "notes.txt").write_text("x")
    (run.paths.root / ".softsil").mkdir(exist_ok=True)
    assert [reader.run_id for reader in list_runs(run.paths.root)] == [run.run_id]


def test_a_folder_that_does_not_exist_has_no_runs(tmp_path):
    assert list_runs(tmp_path / "nowhere") == []


def test_reading_works_in_a_read_only_folder(run):
    before = sorted(run.paths.folder.rglob("*"))
    assert run.status.state is State.DONE
    assert run.history()
    assert run.frame_epochs("umap-2d-00000000") == []
    assert sorted(run.paths.folder.rglob("*")) == before
