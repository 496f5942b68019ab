"""The finished demo in the repository is whole, small, and opens once."""

import pytest

from softsil.runs.reader import RunReader, list_runs
from trainers import demo
from trainers.__main__ import main
from trainers.demo import DEMO, demo_runs, open_demo
from trainers.errors import ImportFailedError


def test_the_demo_is_whole_and_its_two_runs_differ_in_the_loss_only(tmp_path):
    readers = [RunReader(run_id, tmp_path) for run_id in open_demo(tmp_path)]
    settings = [reader.config["config"] for reader in readers]
    assert sorted(each.pop("objective")["name"] for each in settings) == ["ce", "ce+sil"]
    first, second = ({**each, "name": ""} for each in settings)
    assert first == second
    for reader in readers:
        epochs = reader.embedding_epochs()
        assert reader.status.state == "done"
        assert epochs[0] == 0
        assert epochs[-1] == 40
        assert all(reader.frame_epochs(key) == epochs for key in reader.projections())
        assert reader.samples.thumbnails is not None
        assert reader.problems == []


def test_the_demo_is_small():
    assert DEMO.stat().st_size < 1.5e6


def test_the_soft_silhouette_separates_the_demo_s_classes_better(tmp_path):
    last = {
        RunReader(run_id, tmp_path).name: RunReader(run_id, tmp_path).history("watched")[-1]["silhouette"]
        for run_id in open_demo(tmp_path)
    }
    assert last["ce+sil"] > last["ce"] + 0.1


def test_opening_the_demo_again_changes_nothing(tmp_path):
    assert open_demo(tmp_path) == open_demo(tmp_path) == demo_runs()
    assert len(list_runs(tmp_path)) == 2


def test_a_deleted_demo_can_be_opened_again(runs_folder, capsys):
    assert main(["demo"]) == 0
    assert main(["delete", *demo_runs(), "--yes"]) == 0
    assert main(["demo"]) == 0
    assert len(list_runs(runs_folder)) == 2


def test_without_its_file_there_is_no_demo(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "DEMO", tmp_path / "missing.zip")
    assert demo_runs() == []
    with pytest.raises(ImportFailedError):
        open_demo(tmp_path)
