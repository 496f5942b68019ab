import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softsil.projection.neighbors import nearest_neighbors
from softsil.projection.points import Points, share_changed, share_common


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 60), width=st.integers(1, 20), k=st.integers(1, 30))
def test_neighbors_equal_those_of_the_full_distance_matrix(seed, count, width, k):
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    k = min(k, count - 1)
    full = np.linalg.norm(rows[:, None].astype(float) - rows[None], axis=2)
    np.fill_diagonal(full, np.inf)
    indices, distances = nearest_neighbors(rows, k)
    np.testing.assert_allclose(distances, np.sort(full, axis=1)[:, :k], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(full, indices.astype(int), 1), distances, rtol=1e-4, atol=1e-5)


def test_a_point_is_never_its_own_neighbor_even_among_duplicates():
    indices, distances = nearest_neighbors(np.ones((9, 3), np.float32), 4)
    assert not (indices == np.arange(9)[:, None]).any()
    assert (distances == 0).all()


def test_cosine_neighbors_ignore_the_length_of_embeddings(training):
    stretched = training[3] * np.linspace(0.1, 10, len(training[3]))[:, None]
    assert share_changed(Points(training[3]), Points(stretched)) < 0.01
    assert share_changed(Points(training[3], "euclidean"), Points(stretched, "euclidean")) > 0.3


def test_a_zero_embedding_is_allowed_under_cosine(training):
    embeddings = training[0].copy()
    embeddings[5] = 0
    assert np.isfinite(Points(embeddings).neighbors(15)[1]).all()


def test_fewer_points_give_fewer_neighbors(training):
    indices, _ = Points(training[0][:4]).neighbors(15)
    assert indices.shape == (4, 3)


@pytest.mark.parametrize("bad", [np.zeros(3), np.full((3, 2), np.nan)])
def test_what_is_no_finite_matrix_is_refused(bad):
    with pytest.raises(ValueError, match="finite matrix"):
        Points(bad)


def test_the_share_in_common_counts_entries_not_positions():
    first, second = np.array([[1, 2], [0, 2]], np.int32), np.array([[2, 1], [0, 3]], np.int32)
    assert share_common(first, second) == 0.75
