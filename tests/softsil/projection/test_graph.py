import numpy as np
import pytest

from softsil.projection.graph import curve_parameters, fuzzy_graph, membership_strengths
from softsil.projection.points import Points


def test_membership_strengths_of_a_point_sum_to_log2_of_its_neighborhood(training):
    _, distances = Points(training[2]).neighbors(14)
    np.testing.assert_allclose(membership_strengths(distances).sum(axis=1), np.log2(15), atol=1e-3)


def test_the_nearest_neighbor_has_full_strength(training):
    _, distances = Points(training[2]).neighbors(14)
    assert (membership_strengths(distances)[:, 0] == 1).all()


def test_the_graph_is_symmetric_with_weights_up_to_one(training):
    graph = fuzzy_graph(*Points(training[2]).neighbors(14))
    assert abs(graph - graph.T).max() < 1e-6
    assert 0 < graph.data.min() <= graph.data.max() <= 1


def test_duplicates_give_finite_weights():
    assert np.isfinite(fuzzy_graph(*Points(np.ones((20, 3))).neighbors(5)).data).all()


def test_the_curve_parameters_are_the_published_ones():
    # Quoted throughout umap-learn's documentation for min_dist 0.1 and spread 1.
    assert curve_parameters(0.1) == pytest.approx((1.577, 0.895), abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("epoch", [0, 6])
def test_the_graph_equals_umap_learns(training, epoch):
    umap_ = pytest.importorskip("umap.umap_")
    points = Points(training[epoch])
    indices, distances = points.neighbors(14)
    own = np.arange(len(points))[:, None]
    with_self = np.hstack([own, indices]), np.hstack([0.0 * own, distances]).astype(np.float32)
    theirs, _, _ = umap_.fuzzy_simplicial_set(
        points.rows, 15, np.random.RandomState(0), "euclidean", knn_indices=with_self[0], knn_dists=with_self[1]
    )
    assert abs(fuzzy_graph(indices, distances) - theirs).max() < 1e-4
    assert curve_parameters(0.3) == pytest.approx(umap_.find_ab_params(1.0, 0.3), rel=1e-4)
