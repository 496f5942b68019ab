import numpy as np
import pytest
from sklearn import manifold

from softsil.projection.methods.pca import pca_layout
from softsil.projection.points import Points
from softsil.projection.quality import jitter, map_neighbors, neighbors_kept, trustworthiness


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("epoch", [0, 6])
def test_trustworthiness_equals_scikit_learns(training, epoch, dims):
    points = Points(training[epoch])
    layout, _ = pca_layout(points, dims)
    expected = manifold.trustworthiness(points.rows, layout, n_neighbors=15)
    assert trustworthiness(points, map_neighbors(layout)) == pytest.approx(expected, abs=1e-6)


def test_trustworthiness_of_a_part_of_the_rows_is_near_the_whole():
    points = Points(np.random.default_rng(0).normal(size=(1500, 10)))
    near = map_neighbors(pca_layout(points, 2)[0])
    assert trustworthiness(points, near, rows=500) == pytest.approx(trustworthiness(points, near), abs=0.01)


def test_a_random_map_is_not_trusted(training):
    layout = np.random.default_rng(0).normal(size=(len(training[0]), 2))
    assert 0.4 < trustworthiness(Points(training[6]), map_neighbors(layout)) < 0.6


def test_a_perfect_map_keeps_all_neighbors():
    flat = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
    points = Points(flat, "euclidean")
    near = map_neighbors(points.rows)
    assert neighbors_kept(points, near) == 1
    assert trustworthiness(points, near) == 1


def test_with_too_few_points_trustworthiness_is_not_defined():
    points = Points(np.random.default_rng(0).normal(size=(20, 3)))
    assert trustworthiness(points, map_neighbors(points.rows[:, :2])) is None


def test_map_neighbors_never_contain_the_point_itself_even_when_all_coincide():
    near = map_neighbors(np.zeros((40, 2)))
    assert near.shape == (40, 15)
    assert not (near == np.arange(40)[:, None]).any()


def test_jitter_is_the_mean_move_in_units_of_the_radius():
    angles = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert jitter(2 * circle + [0.2, 0.0], 2 * circle) == pytest.approx(0.1)


def test_jitter_between_different_point_counts_is_unknown():
    assert jitter(np.ones((3, 2)), np.ones((4, 2))) is None
