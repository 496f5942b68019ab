import pytest

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.writer import RunWriter
from trainers.estimate import estimate_seconds


@pytest.fixture
def past_run(tmp_path):
    """Leaves a finished run behind whose epochs took the given time."""

    def leave(config, seconds):
        paths = RunPaths(tmp_path, new_run_id(config.name))
        create_run(paths, name="r", experiment=None, kind="training", config=config.model_dump(mode="json"))
        with RunWriter.open(paths) as recorder:
            for epoch in range(1, 6):
                recorder.log(epoch, seconds=seconds)

    return leave


def test_without_earlier_runs_the_estimate_says_it_is_rough(tmp_path, small_run):
    estimate = estimate_seconds(small_run(), tmp_path)
    assert estimate.seconds > 0
    assert "rough guess" in estimate.basis


def test_earlier_runs_with_the_same_loss_decide(tmp_path, small_run, past_run):
    past_run(small_run(objective="ce+sil"), 50.0)
    past_run(small_run(objective="ce"), 2.0)
    estimate = estimate_seconds(small_run(objective="ce", epochs=10), tmp_path)
    assert 20 < estimate.seconds < 40
    assert estimate.basis == "from 5 epochs of earlier runs with this data and encoder"


def test_earlier_runs_with_another_loss_are_better_than_none(tmp_path, small_run, past_run):
    past_run(small_run(objective="ce"), 2.0)
    estimate = estimate_seconds(small_run(objective="ce+sil", epochs=10), tmp_path)
    assert 20 < estimate.seconds < 40
    assert estimate.basis.endswith("another loss")


def test_two_views_count_twice(tmp_path, small_run, past_run):
    past_run(small_run(objective="ce"), 2.0)
    estimate = estimate_seconds(small_run(objective="supcon2", epochs=10), tmp_path)
    assert 40 < estimate.seconds < 60


def test_runs_on_other_data_do_not_count(tmp_path, small_run, past_run):
    past_run(small_run(data="digits"), 2.0)
    assert "rough guess" in estimate_seconds(small_run(), tmp_path).basis
