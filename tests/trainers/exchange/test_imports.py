"""Zips of another softsil come in whole or not at all."""

import json
import zipfile

import numpy as np
import pytest

from softsil.runs.files import read_json, write_json
from softsil.runs.reader import RunReader, list_runs
from trainers.__main__ import main
from trainers.errors import ImportFailedError
from trainers.exports.zip_file import write_zip
from trainers.imports.zip_file import import_zip

RUN_ID = "20260131-142500-mine-k3f9"


@pytest.fixture
def zipped(record, tmp_path):
    """Two runs in a zip."""
    runs = [record("first"), record("second")]
    write_zip(runs, tmp_path / "runs.zip")
    return runs, tmp_path / "runs.zip"


@pytest.fixture
def elsewhere(tmp_path):
    return tmp_path / "elsewhere"


@pytest.fixture
def crafted(tmp_path):
    """A zip with a run whose files are as given, on top of what a run needs."""

    def craft(files):
        whole = {
            f"{RUN_ID}/config.json": "{}",
            f"{RUN_ID}/status.json": json.dumps({"state": "done"}),
            **files,
        }
        with zipfile.ZipFile(tmp_path / "crafted.zip", "w") as archive:
            for name, content in whole.items():
                archive.writestr(name, content)
        return tmp_path / "crafted.zip"

    return craft


def test_imported_runs_read_as_the_exported_ones(zipped, elsewhere):
    runs, file = zipped
    assert import_zip(file, elsewhere) == sorted(run.run_id for run in runs)
    for run in runs:
        copy = RunReader(run.run_id, elsewhere)
        assert copy.history() == run.history()
        np.testing.assert_array_equal(copy.embeddings(2), run.embeddings(2))
        np.testing.assert_array_equal(copy.samples.thumbnails, run.samples.thumbnails)
        assert copy.status.state == "done"
        assert copy.problems == []


def test_the_command_line_imports_and_lists(zipped, elsewhere, capsys):
    assert main(["import", str(zipped[1]), "--root", str(elsewhere), "--json"]) == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)} == {"first", "second"}


def test_a_run_that_is_there_already_is_not_touched(zipped, runs_folder):
    runs, file = zipped
    with pytest.raises(ImportFailedError, match="is already there; delete it first"):
        import_zip(file, runs_folder)
    assert len(list_runs(runs_folder)) == len(runs)


def test_a_run_exported_while_it_was_training_is_stopped_and_has_no_process(record, tmp_path, elsewhere):
    run = record()
    write_json(run.paths.status, {**read_json(run.paths.status), "state": "running", "pid": 1})
    write_zip([run], tmp_path / "run.zip")
    import_zip(tmp_path / "run.zip", elsewhere)
    status = RunReader(run.run_id, elsewhere).status
    assert (status.state, status.pid) == ("stopped", None)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"../outside.json": "{}"}, "does not belong"),
        ({f"{RUN_ID}/../../outside.json": "{}"}, "does not belong"),
        ({"/etc/outside": "x"}, "does not belong"),
        ({f"{RUN_ID}/program.py": "print()"}, "does not belong"),
        ({f"{RUN_ID}/model/state.pkl": "x"}, "does not belong"),
        ({"not-a-run/config.json": "{}"}, "does not belong"),
        ({f"{RUN_ID}/status.json": "{torn"}, "status.json cannot be read"),
        ({f"{RUN_ID}/status.json": '{"state": "odd"}'}, "unknown state"),
        ({f"{RUN_ID}/config.json": "[]"}, "should hold a JSON object"),
        ({f"{RUN_ID}/embeddings/epoch_00001.npy": "no array"}, "is not an array"),
        ({f"{RUN_ID}/samples.npz": "no arrays"}, "samples.npz cannot be read"),
    ],
)
def test_a_zip_that_is_not_one_of_ours_leaves_nothing_behind(crafted, elsewhere, tmp_path, files, sentence):
    with pytest.raises(ImportFailedError, match=sentence):
        import_zip(crafted(files), elsewhere)
    assert list_runs(elsewhere) == []
    assert not (tmp_path / "outside.json").exists()
    assert list((elsewhere / ".softsil").iterdir()) == []


def test_an_array_whose_header_promises_more_than_the_file_holds_is_refused(crafted, elsewhere):
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000, 2), }"
    with pytest.raises(ImportFailedError, match="is not an array"):
        import_zip(crafted({f"{RUN_ID}/embeddings/epoch_00001.npy": header.ljust(127) + b"\n"}), elsewhere)


def test_a_zip_that_would_unpack_to_too_much_is_refused_before_unpacking(crafted, elsewhere, monkeypatch):
    monkeypatch.setattr("trainers.imports.zip_file.MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(ImportFailedError, match="would unpack to more than"):
        import_zip(crafted({f"{RUN_ID}/log.txt": "x" * 2000}), elsewhere)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04torn"])
def test_something_that_is_no_zip_is_named_as_such(tmp_path, elsewhere, content):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(ImportFailedError, match="not a zip of runs"):
        import_zip(tmp_path / "x.zip", elsewhere)


@pytest.mark.integrations
def test_scalars_of_tensorboard_become_runs(tmp_path, elsewhere, capsys):
    from torch.utils.tensorboard import SummaryWriter

    for name in ("one", "two"):
        with SummaryWriter(str(tmp_path / "logs" / name)) as writer:
            for step in range(3):
                writer.add_scalar("val/acc", step / 4, step)
                writer.add_scalar("loss", 1.0, step)
    assert main(["import", str(tmp_path / "logs"), "--root", str(elsewhere)]) == 0
    runs = {run.name: run for run in list_runs(elsewhere)}
    assert set(runs) == {"one", "two"}
    assert [row["accuracy"] for row in runs["one"].history("validation")] == [0, 0.25, 0.5]


@pytest.mark.integrations
def test_a_folder_without_event_files_is_named(tmp_path, elsewhere, capsys):
    assert main(["import", str(tmp_path), "--root", str(elsewhere)]) == 2
    assert "no TensorBoard event files" in capsys.readouterr().err
