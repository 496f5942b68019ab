import numpy as np
import pytest

from softsil.analysis.neighbors import nearest, nearest_to, share_changed
from softsil.projection import neighbors as compiled


def test_neighbors_are_those_of_all_distances():
    rows = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    distances = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.array_equal(nearest(rows, 5), np.argsort(distances, axis=1, kind="stable")[:, :5])


def test_neighbors_agree_with_the_search_of_the_maps():
    rows = np.random.default_rng(1).normal(size=(300, 16)).astype(np.float32)
    assert np.array_equal(nearest(rows, 10), compiled.nearest_neighbors(rows, 10)[0])


def by_sorting(rows, count):
    distances = np.square(rows[:, None] - rows[None]).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :count]


@pytest.mark.parametrize("values", [2, 6, 40])
def test_many_equal_distances_still_come_in_order(values):
    # Whole numbers, so that equal distances are equal to the last bit.
    rows = np.random.default_rng(values).integers(0, values, size=(700, 2)).astype(np.float32)
    assert np.array_equal(nearest(rows, 10), by_sorting(rows, 10))


def test_points_that_all_coincide_have_the_first_others_as_neighbors():
    assert nearest(np.ones((300, 3), dtype=np.float32), 3)[5].tolist() == [0, 1, 2]


@pytest.mark.parametrize(("points", "found"), [(1, 0), (3, 2)])
def test_there_are_no_more_neighbors_than_other_points(points, found):
    assert nearest(np.eye(4, dtype=np.float32)[:points], 10).shape == (points, found)


def test_equal_distances_come_in_order_of_the_index():
    rows = np.array([[0.0], [1.0], [-1.0], [1.0]], dtype=np.float32)
    assert nearest_to(rows[0], rows, 4).tolist() == [0, 1, 2, 3]


def test_the_share_of_new_neighbors_ignores_their_order():
    before = np.array([[1, 2], [0, 2]], dtype=np.int32)
    after = np.array([[2, 1], [2, 3]], dtype=np.int32)
    assert share_changed(before, after).tolist() == [0.0, 0.5]
