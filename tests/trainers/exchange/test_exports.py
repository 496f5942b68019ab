"""Runs in other people's formats, read back with those people's own readers."""

import csv
from pathlib import Path

import pandas
import pytest

from trainers.__main__ import main
from trainers.exports.mirror import Mirror, folder_name
from trainers.exports.registry import EXPORTS
from trainers.exports.scalars import scalars, settings


@pytest.mark.parametrize(("name", "read"), [("csv", pandas.read_csv), ("parquet", pandas.read_parquet)])
def test_a_table_has_the_rows_of_all_runs(record, tmp_path, name, read):
    runs = [record("first"), record("second")]
    target = tmp_path / "runs.table"
    EXPORTS.get(name).write(runs, target)
    table = read(target)
    assert set(table["run"]) == {run.run_id for run in runs}
    assert len(table) == 18
    validation = table[(table["split"] == "validation") & (table["name"] == "second")]
    assert validation["accuracy"].tolist() == [0, 0.25, 0.5]


def test_export_without_a_target_names_the_file_after_the_run(record, tmp_path, monkeypatch, capsys):
    run = record()
    monkeypatch.chdir(tmp_path)
    assert main(["export", "last", "--format", "csv"]) == 0
    with (tmp_path / f"{run.run_id}.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 9


def test_an_unknown_format_is_answered_with_the_nearest_name(record, capsys):
    record()
    assert main(["export", "last", "--format", "tensorbord"]) == 2
    assert "Did you mean 'tensorboard'?" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "module"), [("tensorboard", "tensorboard"), ("wandb", "wandb"), ("mlflow", "mlflow")])
def test_a_format_whose_package_is_missing_says_how_to_install_it(record, tmp_path, capsys, monkeypatch, name, module):
    record()
    monkeypatch.setitem(__import__("sys").modules, module, None)
    assert main(["export", "last", "--format", name, "--to", str(tmp_path / "out")]) == 2
    assert "pip install -r requirements-integrations.txt" in capsys.readouterr().err


def test_the_tensorboard_command_says_how_to_install_it(record, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorboard", None)
    assert main(["tensorboard"]) == 2
    assert "pip install -r requirements-integrations.txt" in capsys.readouterr().err


def test_a_run_in_tensorboard_is_a_folder_of_its_name():
    assert folder_name("../ce+sil (seed 0)", "20260101-000000-x-ab12") == "___ce+sil (seed 0) ab12"


def test_scalars_name_values_of_a_class_after_it(record):
    found = {scalar.name for scalar in scalars(record())}
    assert {"train/loss", "validation/accuracy", "watched/silhouette", "watched/silhouette/y"} == found - {
        "watched/silhouette/x",
        "watched/silhouette/z",
    }


def test_settings_are_flat(record):
    assert settings(record()) == {"data.name": "digits", "epochs": 3}


@pytest.mark.integrations
def test_tensorboard_reads_scalars_and_finds_the_embeddings(record, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = record()
    EXPORTS.get("tensorboard").write([run], tmp_path)
    events = EventAccumulator(str(tmp_path / run.run_id))
    events.Reload()
    assert [event.value for event in events.Scalars("validation/accuracy")] == [0, 0.25, 0.5]
    assert "embeddings" in (tmp_path / run.run_id / "projector_config.pbtxt").read_text()


@pytest.mark.integrations
def test_a_tensorboard_export_does_not_mix_with_an_older_one(record, tmp_path, capsys):
    run = record()
    EXPORTS.get("tensorboard").write([run], tmp_path)
    assert main(["export", "last", "--format", "tensorboard", "--to", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.integrations
def test_the_tensorboard_mirror_adds_only_what_is_new(record, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = record()
    mirror = Mirror(tmp_path / "mirror")
    assert mirror.update([run]) > 0
    assert mirror.update([run]) == 0
    events = EventAccumulator(str(tmp_path / "mirror" / folder_name(run.name, run.run_id)))
    events.Reload()
    assert [event.value for event in events.Scalars("validation/accuracy")] == [0, 0.25, 0.5]


@pytest.mark.integrations
def test_the_command_writes_all_runs_below_the_runs_folder(record, capsys):
    runs = [record("first"), record("second")]
    assert main(["tensorboard", "--once"]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert {path.name for path in folder.iterdir()} == {folder_name(run.name, run.run_id) for run in runs}


@pytest.mark.integrations
def test_mlflow_reads_settings_and_scalars(record, tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    from mlflow import MlflowClient

    EXPORTS.get("mlflow").write([record()], tmp_path / "mlflow.db")
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    (run,) = client.search_runs([client.get_experiment_by_name("together").experiment_id])
    assert run.data.params["data.name"] == "digits"
    assert run.info.run_name == "mine"
    history = client.get_metric_history(run.info.run_id, "validation/accuracy")
    assert sorted((metric.step, metric.value) for metric in history) == [(0, 0), (1, 0.25), (2, 0.5)]


@pytest.mark.integrations
def test_wandb_stores_a_run_offline(record, tmp_path):
    EXPORTS.get("wandb").write([record()], tmp_path / "store")
    (log,) = (tmp_path / "store").rglob("*.wandb")
    assert b"validation/accuracy" in log.read_bytes()
