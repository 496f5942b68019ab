import csv
import io
import json
import zipfile

import pytest

from softsil import Recorder
from softsil.runs.reader import RunReader, list_runs
from trainers import launchers
from trainers.__main__ import main
from trainers.config import ExperimentConfig
from trainers.launchers import local


@pytest.fixture
def quiet(monkeypatch):
    """Launches without starting any process."""
    monkeypatch.setattr(local, "ensure_services", lambda root: None)
    monkeypatch.setattr(launchers, "ensure_services", lambda root=None: None)


@pytest.fixture
def recorded(runs_folder):
    """A finished run."""
    with Recorder("mine", labels=[0, 0, 1, 1], root=runs_folder) as recorder:
        recorder.log(1, [[1, 0], [1, 0.1], [0, 1], [0.1, 1]], loss=0.5)
        recorder.log(1, split="validation", accuracy=0.75)
    return RunReader(recorder.run_id, runs_folder)


def test_launch_queues_one_run_for_each_loss_and_seed(runs_folder, quiet, capsys):
    assert main(["launch", "--losses", "ce", "ce+sil", "--seeds", "0", "1", "--epochs", "2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["queue_position"] for row in rows] == [1, 2, 3, 4]
    assert {row["state"] for row in rows} == {"queued"}
    assert {row["run_id"] for row in rows} == {reader.run_id for reader in list_runs(runs_folder)}


def test_launch_reads_settings_as_a_file_would(runs_folder, quiet, capsys):
    assert main(["launch", "--data", "{name: digits, split_seed: 3}"]) == 0
    (reader,) = list_runs(runs_folder)
    assert reader.config["config"]["data"]["split_seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["launch", "--losses", "cee"], "Did you mean 'ce'?"),
        (["launch", "--epochs", "0"], "epochs: should be greater than or equal to 1, got 0"),
        (["status", "nothing"], "no run has 'nothing' in its id"),
        (["run", "missing.yaml"], "missing.yaml cannot be read"),
    ],
)
def test_a_wrong_command_is_answered_with_a_sentence_and_launches_nothing(
    runs_folder, quiet, capsys, arguments, sentence
):
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err
    assert list_runs(runs_folder) == []


def test_errors_are_json_for_scripts(runs_folder, capsys):
    assert main(["status", "nothing", "--json"]) == 2
    assert "no run has" in json.loads(capsys.readouterr().err)["error"]


@pytest.mark.parametrize("text", ["- a\n- b\n", "losses: [ce\n"])
def test_a_file_that_is_no_experiment_is_refused(runs_folder, tmp_path, text):
    path = tmp_path / "experiment.yaml"
    path.write_text(text)
    assert main(["run", str(path)]) == 2
    assert list_runs(runs_folder) == []


def test_the_examples_are_valid(runs_folder, quiet, pytestconfig):
    for path in sorted((pytestconfig.rootpath / "examples").glob("*.yaml")):
        assert main(["run", str(path), "--detach"]) == 0
    assert len(list_runs(runs_folder)) >= 6


def test_list_and_status_say_the_same(recorded, capsys):
    main(["list", "--json"])
    listed = json.loads(capsys.readouterr().out)
    main(["status", "mine", "--json"])
    assert json.loads(capsys.readouterr().out) == listed
    assert (listed[0]["state"], listed[0]["validation_accuracy"]) == ("done", 0.75)


def test_follow_ends_when_the_run_has_ended(recorded, quiet, capsys):
    assert main(["follow", "last"]) == 0
    assert recorded.run_id in capsys.readouterr().out


def test_follow_fails_when_the_run_failed(runs_folder, quiet, capsys):
    Recorder("bad", root=runs_folder).finish("failed", "it broke")
    assert main(["follow", "last"]) == 1
    assert "it broke" in capsys.readouterr().out


def test_export_writes_a_table_and_the_files(recorded, tmp_path):
    target = tmp_path / "run.zip"
    assert main(["export", "last", "--to", str(target)]) == 0
    with zipfile.ZipFile(target) as archive:
        names = {name.split("/", 1)[1] for name in archive.namelist()}
        rows = list(csv.DictReader(io.StringIO(archive.read(f"{recorded.run_id}/history.csv").decode())))
    assert {"config.json", "history.csv", "samples.npz", "embeddings/epoch_00001.npy"} <= names
    assert "alive.lock" not in names
    assert {row["split"] for row in rows} == {"train", "validation", "watched"}
    assert next(row for row in rows if row["split"] == "watched")["silhouette_per_class/1"] != ""


def test_delete_moves_to_the_trash(recorded, runs_folder, capsys):
    assert main(["delete", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["run_id"] == recorded.run_id
    assert list_runs(runs_folder) == []


def test_every_setting_of_an_experiment_has_an_option(capsys):
    with pytest.raises(SystemExit):
        main(["launch", "--help"])
    out = capsys.readouterr().out
    assert [name for name in ExperimentConfig.model_fields if f"--{name.replace('_', '-')}" not in out] == []


@pytest.mark.slow
def test_run_follows_a_file_to_the_end(runs_folder, tmp_path, capsys):
    path = tmp_path / "quick.json"
    path.write_text(json.dumps({"data": "blobs", "losses": ["ce"], "epochs": 2, "device": "cpu"}))
    assert main(["run", str(path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (rows[0]["state"], rows[-1]["state"], rows[-1]["epoch"]) == ("queued", "done", 2)
