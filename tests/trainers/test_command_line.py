import csv
import io
import json
import os
import signal
import subprocess
import sys
import zipfile

import pytest

from softsil.runs.reader import RunReader, list_runs
from softsil.runs.writer import RunWriter
from trainers import launchers
from trainers.__main__ import main
from trainers.config import ExperimentConfig
from trainers.launchers import control


@pytest.fixture
def quiet(monkeypatch):
    """Launches without starting any process."""
    monkeypatch.setattr(control, "ensure_services", lambda root, **options: None)
    monkeypatch.setattr(launchers, "ensure_services", lambda root=None: None)


@pytest.fixture
def recorded(runs_folder):
    """A finished run."""
    with RunWriter("mine", labels=[0, 0, 1, 1], root=runs_folder) as recorder:
        recorder.log(1, [[1, 0], [1, 0.1], [0, 1], [0.1, 1]], loss=0.5)
        recorder.log(1, split="validation", accuracy=0.75)
    return RunReader(recorder.run_id, runs_folder)


def test_launch_queues_one_run_for_each_loss_and_seed(runs_folder, quiet, capsys):
    assert main(["launch", "--losses", "ce", "ce+sil", "--seeds", "0", "1", "--epochs", "2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["queue_position"] for row in rows] == [1, 2, 3, 4]
    assert {row["state"] for row in rows} == {"queued"}
    assert {row["run_id"] for row in rows} == {reader.run_id for reader in list_runs(runs_folder)}


def test_launch_varies_settings(runs_folder, quiet, capsys):
    assert main(["launch", "--losses", "ce", "--grid", "learning_rate=0.001,0.01", "batch_size=32", "--json"]) == 0
    assert [run["name"] for run in json.loads(capsys.readouterr().out)] == [
        "ce learning_rate=0.001 batch_size=32",
        "ce learning_rate=0.01 batch_size=32",
    ]


def test_launch_reads_settings_as_a_file_would(runs_folder, quiet, capsys):
    assert main(["launch", "--data", "{name: digits, split_seed: 3}"]) == 0
    (reader,) = list_runs(runs_folder)
    assert reader.config["config"]["data"]["split_seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["launch", "--losses", "cee"], "Did you mean 'ce'?"),
        (["launch", "--grid", "sil.weight=1"], "sil is in none of the losses"),
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


@pytest.mark.parametrize("command", ["status", "follow", "stop", "resume", "delete", "export"])
def test_a_run_that_does_not_exist_is_answered_with_a_sentence(runs_folder, quiet, capsys, command):
    assert main([command, "20260101-000000-run-abcd"]) == 2
    assert "there is no run '20260101-000000-run-abcd'" in capsys.readouterr().err


def test_a_wrong_number_of_slots_is_answered_with_a_sentence(runs_folder, quiet, capsys, monkeypatch):
    monkeypatch.setenv("SOFTSIL_CPU_SLOTS", "many")
    assert main(["launch", "--device", "cpu"]) == 2
    assert "SOFTSIL_CPU_SLOTS must be a whole number" in capsys.readouterr().err
    assert list_runs(runs_folder) == []


@pytest.mark.parametrize("text", ["- a\n- b\n", "losses: [ce\n", "1: ce\n"])
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
    RunWriter("bad", root=runs_folder).finish("failed", "it broke")
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


def test_export_leaves_out_a_file_that_vanishes_meanwhile(recorded, tmp_path, monkeypatch):
    write = zipfile.ZipFile.write

    def late(self, path, *arguments):
        if path.name == "samples.npz":
            path.unlink()
        write(self, path, *arguments)

    monkeypatch.setattr(zipfile.ZipFile, "write", late)
    assert main(["export", "last", "--to", str(tmp_path / "run.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        names = {name.split("/", 1)[1] for name in archive.namelist()}
    assert "status.json" in names
    assert "samples.npz" not in names


def test_a_failed_export_leaves_nothing_behind(recorded, tmp_path, monkeypatch, capsys):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    assert main(["export", "last", "--to", str(folder / "run.zip")]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_stop_and_resume_say_where_the_run_is(runs_folder, quiet, capsys):
    main(["launch", "--losses", "ce", "--device", "cpu"])
    for command, state, position in (("stop", "stopped", None), ("resume", "queued", 1)):
        capsys.readouterr()
        assert main([command, "last", "--json"]) == 0
        (row,) = json.loads(capsys.readouterr().out)
        assert (row["state"], row["queue_position"]) == (state, position)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_the_following_but_not_the_run(runs_folder):
    with RunWriter("mine", root=runs_folder) as recorder:
        command = [sys.executable, "-m", "trainers", "follow", "last"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as follower:
            assert "running" in follower.stdout.readline()
            follower.send_signal(signal.SIGINT)
            _, said = follower.communicate(timeout=60)
        assert follower.returncode == 130
        assert "runs already started go on" in said
        assert RunReader(recorder.run_id).status.state == "running"


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
