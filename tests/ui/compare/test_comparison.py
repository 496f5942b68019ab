import numpy as np
import pytest

from softsil.runs.reader import list_runs
from ui.charts import run_color
from ui.comparison import different_settings, maps_together, same_samples, shared_seeds, sides_of, unfair_settings
from ui.epoch_view import epoch_view
from ui.run_table import run_rows
from ui.seed_groups import seed_groups


@pytest.fixture
def sides(seeded):
    seeded("ce", seeds=(0, 1, 2))
    seeded("ce+sil", seeds=(1, 2))
    return sides_of(seed_groups(run_rows(list_runs())))


def test_all_runs_of_a_side_have_its_color(sides):
    assert [{run.color for run in side.runs} for side in sides] == [{run_color(0)}, {run_color(1)}]


def test_runs_are_paired_by_their_seed(sides):
    assert shared_seeds(*sides) == [(1, 0), (2, 1)]


def test_single_runs_are_a_pair_whatever_their_seeds(seeded, side):
    [one], [two] = seeded("ce", seeds=(0,)), seeded("ce+sil", seeds=(5,))
    assert shared_seeds(side(one), side(two)) == [(0, 0)]


def test_the_maps_show_the_lowest_seed_that_all_sides_have(sides):
    assert [run.config["config"]["seed"] for run in maps_together(sides)] == [1, 1]


def test_class_silhouettes_have_one_row_a_seed(sides):
    assert sides[0].class_silhouettes(None).shape == (3, 3)


def test_names_and_seeds_are_no_differences(sides):
    assert different_settings(sides) == {}


def test_another_learning_rate_makes_a_comparison_unfair(seeded, side):
    losses = [{"name": name, "terms": {name: {"weight": 1.0}}} for name in ("ce", "sil")]
    [one] = seeded("ce", settings={"learning_rate": 0.1, "objective": losses[0]})
    [two] = seeded("sil", settings={"learning_rate": 0.2, "objective": losses[1]})
    assert unfair_settings(side(one), side(two)) == ["learning_rate"]


def views(*run_ids):
    return [epoch_view(run_id, None) for run_id in run_ids]


def test_samples_are_paired_by_id(seeded):
    first, second = views(*seeded("a", ids=np.arange(12)), *seeded("b", ids=np.arange(12)[::-1] + 2))
    left, right = same_samples(first, second)
    assert first.samples.ids[left].tolist() == second.samples.ids[right].tolist() == list(range(2, 12))


def test_numbers_and_texts_are_never_the_same_sample(seeded):
    first, second = views(*seeded("a"), *seeded("b", ids=[str(one) for one in range(12)]))
    assert len(same_samples(first, second)[0]) == 0


def test_training_samples_are_not_compared(seeded):
    first, second = views(*seeded("a", split=["validation"] * 8 + ["train"] * 4), *seeded("b"))
    assert same_samples(first, second)[0].tolist() == list(range(8))
