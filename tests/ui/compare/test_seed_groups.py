import pytest

from softsil.runs.reader import list_runs
from ui.run_table import run_rows
from ui.seed_groups import choices, groups_of, seed_groups


@pytest.fixture
def rows(seeded):
    """Rows of two losses with two seeds each, and of one run of another experiment."""
    seeded("ce", seeds=(0, 1))
    seeded("ce+sil", seeds=(0, 1))
    seeded("zoo", seeds=(0,), experiment="other")
    return run_rows(list_runs())


def test_runs_that_differ_in_their_seed_are_one_group(rows):
    groups = {group.name: [row.seed for row in group.rows] for group in seed_groups(rows)}
    assert groups == {"zoo (seed 0)": [0], "ce": [0, 1], "ce+sil": [0, 1]}


def test_the_newest_experiment_comes_first_with_the_shorter_loss_before(rows):
    assert [group.rows[0].loss for group in seed_groups(rows)] == ["zoo", "ce", "ce+sil"]


def test_runs_without_a_seed_stay_alone(seeded):
    seeded("a", seeds=(None, None))
    assert [len(group.rows) for group in seed_groups(run_rows(list_runs()))] == [1, 1]


def test_single_seeds_can_be_chosen_too(rows):
    assert [len(group.rows) for group in choices(rows)] == [1, 2, 2, 1, 1, 1, 1]


def test_named_runs_are_grouped_in_the_order_of_their_naming(rows):
    by_name = {row.name: row.run_id for row in rows}
    named = [by_name[name] for name in ("ce+sil (seed 1)", "ce (seed 0)", "ce+sil (seed 0)")]
    named.append("20260101-000000-gone-aaaa")
    assert [(group.rows[0].loss, len(group.rows)) for group in groups_of(named, rows)] == [("ce+sil", 2), ("ce", 1)]
