import numpy as np
import pytest

from ui.movement import movement


def test_a_run_against_itself_does_not_move(seeded, side):
    one = side(*seeded("ce"))
    found = movement(one, one, None)
    assert np.abs(found.change).max() == 0
    assert found.new_neighbors.max() == 0


def test_silhouettes_are_means_over_the_seeds(seeded, side):
    first, second = side(*seeded("ce", seeds=(0, 1))), side(*seeded("sil", seeds=(0, 1), tight=4))
    found = movement(first, second, None)
    views = second.views(None)
    assert found.after == pytest.approx(np.mean([view.silhouettes for view in views], axis=0))


def test_only_shared_samples_are_compared(seeded, side):
    first = side(*seeded("ce", ids=np.arange(12)))
    second = side(*seeded("sil", ids=np.arange(12)[::-1] + 2, tight=4))
    found = movement(first, second, None)
    assert found.view.samples.ids[found.rows].tolist() == list(range(2, 12))
    other = second.views(None)[0]
    place = other.samples.ids.tolist().index(5)
    assert found.after[3] == pytest.approx(other.silhouettes[place])


def test_nothing_moves_between_runs_without_a_common_sample(seeded, side):
    assert movement(side(*seeded("ce")), side(*seeded("sil", ids=np.arange(100, 112))), None) is None


def test_what_another_seed_changes_is_known_with_two_seeds(seeded, side):
    second = side(*seeded("sil"))
    assert movement(side(*seeded("ce", seeds=(0, 1))), second, None).seed_noise > 0
    assert movement(side(*seeded("one")), second, None).seed_noise is None


def test_a_selection_keeps_only_its_samples(seeded, side):
    found = movement(side(*seeded("ce")), side(*seeded("sil", tight=4)), None)
    kept = found.only(["3", "7", "nothing"])
    assert kept.rows.tolist() == [3, 7]
    assert kept.change.tolist() == found.change[[3, 7]].tolist()


def test_classes_move_by_the_mean_of_their_samples(seeded, side):
    found = movement(side(*seeded("ce")), side(*seeded("sil", tight=4)), None)
    assert found.by_class(found.change)[1] == pytest.approx(found.change[found.labels == 1].mean())
