"""A real disk of one megabyte that fills up, or turns read-only: the kernel's own errors, for each kind of file."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from softsil.runs.creation import create_run
from softsil.runs.notes import Notes, edit_notes, read_notes
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State, write_status
from trainers import job
from trainers.__main__ import main
from trainers.checkpoint import CheckpointStore

pytestmark = pytest.mark.usefixtures("torch_settings")

SIZE = "1m"
PAGE = 4096
SENTENCE = "the disk is full; free some space and resume the run"


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", f"size={SIZE}", "softsil-test", str(folder))
    if not mounted:
        pytest.skip("mounting a small tmpfs is not allowed here (it needs root)")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments):
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def fill(disk):
    """Take every free byte."""
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(PAGE))
    assert os.statvfs(disk).f_bavail == 0


def free(disk):
    (disk / "filler").unlink()


@pytest.fixture
def fill_before(disk, monkeypatch):
    """The disk is full from the moment in which a file that the condition picks is opened for writing."""
    opened = Path.open

    def arm(is_victim):
        def open_file(path, mode="r", *arguments, **options):
            if mode[0] in "wa" and disk in path.parents and is_victim(path) and not (disk / "filler").exists():
                monkeypatch.setattr(Path, "open", opened)
                fill(disk)
            return opened(path, mode, *arguments, **options)

        monkeypatch.setattr(Path, "open", open_file)

    return arm


@pytest.fixture
def paths(disk, small_run):
    paths = RunPaths(disk, new_run_id("r"))
    config = small_run(threads=1, epochs=20).model_dump(mode="json")
    create_run(paths, name="r", experiment=None, kind="training", config=config)
    return paths


def names(part):
    """Picks a file by its name, which its temporary name holds."""
    return lambda path: part in f"{path.parent.name}/{path.name}"


def page_is_full(path):
    """Picks the history when its next line needs a new page of the disk, so that half of a line may be written."""
    return path.name == "metrics.jsonl" and path.exists() and path.stat().st_size % PAGE > PAGE - 150


@pytest.mark.parametrize(
    "victim",
    [
        names("samples.npz"),
        names("epoch_00003.npy.tmp"),
        names("silhouettes/.epoch_00003"),
        names("embeddings/.epoch_00003"),
        names(".safetensors"),
        names("epoch_00003.pt"),
        names("manifest.json"),
        names("status.json"),
        page_is_full,
    ],
    ids=[
        "samples",
        "predictions",
        "silhouettes",
        "embeddings",
        "weights",
        "training state",
        "manifest",
        "status",
        "history",
    ],
)
def test_the_disk_fills_up_while_a_file_is_written(paths, disk, fill_before, victim):
    fill_before(victim)
    assert job.main([str(paths.folder)]) == 1
    assert (disk / "filler").exists()
    reader = RunReader(paths.run_id, disk)
    assert (reader.status.state, reader.status.error) == (State.FAILED, SENTENCE)
    free(disk)
    write_status(paths, reader.status.changed(state=State.QUEUED))
    assert job.main([str(paths.folder)]) == 0
    lines = [json.loads(line) for line in paths.metrics.read_text().splitlines()]
    assert [row["epoch"] for row in lines if row["split"] == "validation"] == list(range(21))
    assert reader.embedding_epochs() == list(range(21))
    assert (reader.status.state, reader.problems) == (State.DONE, [])
    assert CheckpointStore(paths).newest().epoch == 20


def test_a_launch_on_a_full_disk_leaves_no_half_of_a_run(disk, small, monkeypatch, capsys):
    fill(disk)
    assert main(["launch", "--losses", "ce", "--root", str(disk)]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert list_runs(disk) == []


def test_notes_that_do_not_fit_on_the_disk_leave_the_old_ones(paths, disk):
    edit_notes(paths, tags=["kept"])
    fill(disk)
    with pytest.raises(OSError, match="No space left"):
        edit_notes(paths, note="lost")
    assert read_notes(paths) == Notes(tags=("kept",))


def test_a_read_only_folder_is_listed_and_says_that_it_cannot_be_written(paths, disk, capsys):
    write_status(paths, RunReader(paths.run_id, disk).status.changed(state=State.STOPPED))
    assert _mount("-o", "remount,ro", str(disk))
    assert main(["list", "--root", str(disk)]) == 0
    assert "stopped" in capsys.readouterr().out
    for command in (["resume", paths.run_id], ["delete", paths.run_id, "--json"], ["launch", "--losses", "ce"]):
        assert main([*command, "--root", str(disk)]) == 2
        assert "Read-only file system" in capsys.readouterr().err
    assert [reader.status.state for reader in list_runs(disk)] == [State.STOPPED]
