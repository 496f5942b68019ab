import numpy as np
import pytest

from softsil.analysis.collapse import find_collapse

NOISE = np.random.default_rng(0).normal(size=(300, 8))
LABELS = np.arange(300) % 4
CLASSES = np.eye(8)[LABELS]


def test_classes_apart_are_no_collapse():
    assert find_collapse(CLASSES + 0.1 * NOISE, 4) is None


def test_classes_that_are_points_are_no_collapse():
    assert find_collapse(CLASSES, 4) is None


def test_noise_without_classes_is_no_collapse():
    assert find_collapse(NOISE, 4) is None


@pytest.mark.parametrize("distance", [1.0, 1000.0])
def test_all_samples_in_nearly_one_direction_are_a_point(distance):
    found = find_collapse((np.ones(8) + 0.01 * NOISE) * distance, 4)
    assert (found.kind, found.amount) == ("point", pytest.approx(0.54, abs=0.05))


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_equal_samples_are_a_point(value):
    assert find_collapse(np.full((300, 8), value, np.float16), 4) == ("point", 0.0)


def test_samples_on_one_line_are_a_line_where_there_are_more_than_two_classes():
    line = np.linspace(-1, 1, 300)[:, None] * np.arange(1, 9) + 0.001 * NOISE
    assert find_collapse(line, 4).kind == "line"
    assert find_collapse(line, 2) is None


def test_more_dimensions_than_samples_and_single_samples_are_read_too():
    assert find_collapse(np.random.default_rng(1).normal(size=(20, 700)), 4) is None
    assert find_collapse(np.ones((2, 700)), 4) is None
    assert find_collapse(np.empty((0, 8)), 4) is None


def test_of_what_is_not_finite_nothing_is_said():
    assert find_collapse(np.full((300, 8), np.nan, np.float16), 4) is None
