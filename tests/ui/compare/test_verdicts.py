import math

import numpy as np
import pytest

from ui.verdicts import (
    accuracy_sentence,
    fairness_sentence,
    sample_difference,
    seed_difference,
    signed,
    silhouette_sentence,
)


def test_seeds_are_compared_in_pairs(seeded, side):
    first = side(*seeded("ce", seeds=(0, 1, 2), accuracies=(0.5, 0.7, 0.9)))
    second = side(*seeded("ce+sil", seeds=(0, 1, 2), accuracies=(0.6, 0.79, 1.0)))
    found = seed_difference(first, second, "validation", "accuracy", None)
    gaps = np.array([0.1, 0.09, 0.1])
    assert found.mean == pytest.approx(gaps.mean(), abs=1e-6)
    assert found.high - found.mean == pytest.approx(4.3027 * gaps.std(ddof=1) / math.sqrt(3), rel=1e-3)
    assert found.sure
    assert found.over == "3 seeds, compared in pairs"


def test_other_seeds_are_compared_as_groups(seeded, side):
    first = side(*seeded("ce", seeds=(0, 1), accuracies=(0.5, 0.52)))
    second = side(*seeded("ce+sil", seeds=(5, 6, 7), accuracies=(0.7, 0.72, 0.74)))
    found = seed_difference(first, second, "validation", "accuracy", None)
    assert (found.mean, found.over) == (pytest.approx(0.21), "2 and 3 seeds")


def test_one_seed_leaves_the_spread_unknown(seeded, side):
    first, second = side(*seeded("ce", seeds=(0,))), side(*seeded("ce+sil", seeds=(0,)))
    found = seed_difference(first, second, "watched", "silhouette", None)
    assert math.isnan(found.low)
    assert not found.sure
    assert "seed would change is unknown" in silhouette_sentence(first, second, None)


def test_a_value_that_one_side_lacks_gives_no_difference(seeded, side):
    first, second = side(*seeded("ce", seeds=(0,))), side(*seeded("ce+sil", seeds=(0,)))
    assert seed_difference(first, second, "test", "accuracy", None) is None


def test_the_interval_over_samples_is_said_to_be_one(seeded, side):
    first, second = side(*seeded("ce", seeds=(0,), tight=0.2)), side(*seeded("sil", seeds=(0,), tight=8))
    found = sample_difference(first, second, None)
    assert found.over == "12 samples"
    assert found.low > 0
    assert "over 12 samples" in silhouette_sentence(first, second, None)


@pytest.mark.parametrize("turned", [False, True])
def test_the_better_side_is_named_with_a_gain(seeded, side, turned):
    weak = side(*seeded("ce", seeds=(0, 1, 2), tight=0.5))
    strong = side(*seeded("ce+sil", seeds=(0, 1, 2), tight=8))
    pair = (strong, weak) if turned else (weak, strong)
    said = silhouette_sentence(*pair, None)
    assert said.startswith("ce+sil separates the classes better than ce: mean silhouette +")
    assert "95 % interval +" in said


def test_what_may_be_chance_is_not_called_better(seeded, side):
    first = side(*seeded("ce", seeds=(0, 1, 2)))
    second = side(*seeded("other", seeds=(0, 1, 2)))
    assert silhouette_sentence(first, second, None).startswith("No certain difference between ce and other")


def test_the_accuracy_says_when_its_interval_includes_zero(seeded, side):
    first = side(*seeded("ce", seeds=(0, 1), accuracies=(0.5, 0.7)))
    second = side(*seeded("ce+sil", seeds=(0, 1), accuracies=(0.7, 0.6)))
    said = accuracy_sentence(first, second, None)
    assert said.startswith("Validation accuracy of ce+sil: +5.0 points")
    assert "includes 0: not certain" in said


def test_test_accuracy_is_only_said_of_the_newest_epoch(seeded, side):
    first = side(*seeded("ce", seeds=(0,), test_accuracy=0.9))
    second = side(*seeded("ce+sil", seeds=(0,), test_accuracy=0.95))
    assert accuracy_sentence(first, second, None).startswith("Test accuracy of ce+sil (seed 0): +5.0 points")
    assert accuracy_sentence(first, second, 1).startswith("Validation accuracy")


def test_it_is_said_what_else_differs(seeded, side):
    first = side(*seeded("ce", seeds=(0,), settings={"batch_size": 64}))
    second = side(*seeded("sil", seeds=(0,), settings={"batch_size": 128}))
    assert "not only the loss differs, but also batch size" in fairness_sentence(first, second, None)


def test_different_progress_is_said(seeded, side):
    first, second = side(*seeded("ce", seeds=(0,))), side(*seeded("sil", seeds=(0,), epochs=1))
    assert "ce (seed 0) is at epoch 2, sil (seed 0) at epoch 1" in fairness_sentence(first, second, None)
    assert "is at epoch" not in fairness_sentence(first, second, 1)


@pytest.mark.parametrize(("value", "text"), [(0.123, "+0.12"), (-0.5, "−0.50"), (-0.001, "0.00")])
def test_numbers_carry_their_sign_but_a_zero_has_none(value, text):
    assert signed(value, 2) == text
