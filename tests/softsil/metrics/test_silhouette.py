"""Exact silhouettes against scikit-learn and by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import pairwise_distances
from sklearn.metrics import silhouette_samples as sklearn_samples

from softsil.metrics import class_silhouettes, silhouette_samples, silhouette_score
from softsil.metrics._tiles import cut_tiles

METRICS = ["cosine", "sqeuclidean", "euclidean"]


def clusters(rows, size, classes, seed=0, tightness=1.0, dtype=np.float64):
    """Random clusters; ``rows × size`` values and labels that are not 0 … C−1."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, rows)
    centers = 2 * rng.normal(size=(classes, size))
    return (centers[labels] + tightness * rng.normal(size=(rows, size))).astype(dtype), labels * 3 - 4


def reference(x, y, metric):
    return sklearn_samples(x.astype(np.float64), y, metric=metric)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("rows", "classes"), [(150, 3), (600, 40), (1300, 1 + 1)])
def test_samples_equal_scikit_learn_in_float64(metric, rows, classes):
    x, y = clusters(rows, 6, classes)
    np.testing.assert_allclose(silhouette_samples(x, y, metric).numpy(), reference(x, y, metric), atol=1e-10)


@pytest.mark.parametrize("metric", METRICS)
def test_classes_larger_than_a_tile_equal_scikit_learn(metric):
    x, y = clusters(2600, 4, 2, dtype=np.float32)
    np.testing.assert_allclose(silhouette_samples(x, y, metric).numpy(), reference(x, y, metric), atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("tightness", [1.0, 1e-2, 1e-4])
def test_float32_agrees_with_scikit_learn_however_tight_the_classes_are(metric, tightness):
    x, y = clusters(400, 16, 5, tightness=tightness, dtype=np.float32)
    np.testing.assert_allclose(silhouette_samples(x, y, metric).numpy(), reference(x, y, metric), atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
def test_float32_agrees_in_tight_classes_of_several_tiles(metric):
    x, y = clusters(1200, 16, 2, tightness=1e-4, dtype=np.float32)
    values = silhouette_samples(x, y, metric, max_megabytes=0.3)
    np.testing.assert_allclose(values.numpy(), reference(x, y, metric), atol=1e-5)


@pytest.mark.parametrize("metric", ["sqeuclidean", "euclidean"])
def test_float32_far_from_the_origin_stays_right(metric):
    x, y = clusters(400, 16, 5, dtype=np.float32)
    x = x + np.float32(1e4)
    np.testing.assert_allclose(silhouette_samples(x, y, metric).numpy(), reference(x, y, metric), atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_small_input_with_duplicates_equals_scikit_learn(metric, data):
    rows = data.draw(st.integers(3, 12))
    values = st.lists(st.sampled_from([-2.0, -1.0, 0.5, 1.0]), min_size=3, max_size=3)
    x = np.array(data.draw(st.lists(values, min_size=rows, max_size=rows)))
    y = np.array(data.draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)))
    if not 2 <= len(set(y)) < rows:
        return
    distances = pairwise_distances(x, metric=metric)
    distances[distances < 1e-7] = 0  # scikit-learn leaves rounding between duplicates
    expected = sklearn_samples(distances, y, metric="precomputed")
    np.testing.assert_allclose(
        silhouette_samples(x, y, metric).numpy(), expected, atol=2e-7 if metric == "euclidean" else 1e-9
    )


def test_a_sample_alone_in_its_class_gets_zero():
    x, y = clusters(20, 3, 2)
    y[7] = 99
    assert silhouette_samples(x, y)[7] == 0


@pytest.mark.parametrize("metric", METRICS)
def test_all_points_in_one_place_get_zero(metric):
    assert silhouette_samples(torch.ones(6, 3), [0, 0, 0, 1, 1, 1], metric).tolist() == [0] * 6


@pytest.mark.parametrize("metric", METRICS)
def test_duplicates_across_classes_get_zero_whatever_rounding_says(metric):
    x = [[-2.0, -2.0, -2.0]] * 3 + [[-2.0, -1.0, -1.0]]
    assert silhouette_samples(torch.tensor(x, dtype=torch.float64), [0, 0, 1, 2], metric).tolist() == [0] * 4


def test_zero_vectors_are_one_apart_in_cosine_distance_as_in_scikit_learn():
    x, y = clusters(12, 3, 2)
    x[3] = x[4] = 0
    np.testing.assert_allclose(silhouette_samples(x, y).numpy(), reference(x, y, "cosine"), atol=1e-10)


def test_result_keeps_float64_and_makes_half_precision_float32():
    x, y = clusters(20, 3, 2)
    assert silhouette_samples(torch.from_numpy(x), y).dtype == torch.float64
    assert silhouette_samples(torch.from_numpy(x).half(), y).dtype == torch.float32


@pytest.mark.parametrize("metric", METRICS)
def test_inputs_are_not_changed(metric):
    x, y = clusters(50, 3, 3)
    rows, labels = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())
    silhouette_samples(rows, labels, metric)
    assert (rows.numpy() == x).all()
    assert (labels.numpy() == y).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("classes", [2, 7, 60])
def test_a_small_memory_bound_changes_no_value(metric, classes):
    x, y = clusters(700, 4, classes)
    small = silhouette_samples(x, y, metric, max_megabytes=0.01)
    torch.testing.assert_close(small, silhouette_samples(x, y, metric), atol=1e-10, rtol=0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("scale", [1e-25, 1e25])
def test_float32_of_any_scale_has_the_same_silhouettes(metric, scale):
    x, y = clusters(60, 4, 3, dtype=np.float32)
    expected = silhouette_samples(x, y, metric)
    torch.testing.assert_close(silhouette_samples(x * np.float32(scale), y, metric), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int64])
def test_labels_may_be_any_integers(metric, dtype):
    x, y = clusters(60, 4, 3)
    names = torch.tensor([-128, 0, 127] if dtype == torch.int8 else [-30_000, 1, 30_000], dtype=dtype)
    if dtype == torch.int64:
        names = names * 10**14
    renamed = names[torch.unique(torch.from_numpy(y), return_inverse=True)[1]]
    torch.testing.assert_close(silhouette_samples(x, renamed, metric), silhouette_samples(x, y, metric))


@pytest.mark.parametrize("metric", METRICS)
def test_order_rotation_and_names_of_classes_do_not_matter(metric):
    x, y = clusters(80, 4, 4)
    random = np.random.default_rng(1)
    order, rotation = random.permutation(80), np.linalg.qr(random.normal(size=(4, 4)))[0]
    moved = silhouette_samples((x @ rotation)[order], 7 - y[order], metric)
    torch.testing.assert_close(moved, silhouette_samples(x, y, metric)[order], atol=1e-10, rtol=0)


def test_tiles_cover_every_row_once_and_keep_to_the_size():
    tiles = cut_tiles([5, 30, 2, 2, 2, 11, 1], 10)
    rows = [row for tile in tiles for row in range(tile.start, tile.stop)]
    assert rows == list(range(53))
    assert max(tile.stop - tile.start for tile in tiles) <= 10


def test_a_tile_holds_pieces_of_one_class_or_whole_classes():
    for tile in cut_tiles([5, 30, 2, 2, 2, 11, 1], 10):
        assert len(tile.classes) == 1 or tile.lengths == [[5, 30, 2, 2, 2, 11, 1][c] for c in tile.classes]


def test_class_silhouettes_are_the_means_of_the_samples():
    x, y = clusters(60, 3, 4)
    result, samples = class_silhouettes(x, y), silhouette_samples(x, y)
    for label, mean, count in zip(result.labels, result.mean, result.count, strict=True):
        assert mean == pytest.approx(float(samples[torch.from_numpy(y) == label].mean()))
        assert count == int((y == int(label)).sum())


def test_class_silhouettes_unpack_as_mean_and_count():
    mean, count = class_silhouettes(*clusters(60, 3, 4))
    assert mean.shape == count.shape == (4,)


def test_score_is_the_mean_of_the_samples():
    x, y = clusters(60, 3, 4)
    assert silhouette_score(x, y) == pytest.approx(float(silhouette_samples(x, y).mean()))


def test_rousseeuws_definition_by_hand():
    values = silhouette_samples([[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1], metric="euclidean")
    torch.testing.assert_close(values, torch.tensor([1 - 1 / 10.5, 1 - 1 / 9.5, 1 - 1 / 9.5, 1 - 1 / 10.5]))


@pytest.mark.parametrize(
    ("x", "y", "metric", "message"),
    [
        ([[0.0], [1.0]], [0, 0], "cosine", "at least two classes"),
        ([[0.0], [1.0]], [0, 1], "cosine", "got 2 classes for 2 samples"),
        ([[0.0], [float("nan")], [1.0]], [0, 0, 1], "cosine", "must be finite"),
        ([[0.0], [1.0], [1.0]], [0, 1], "cosine", "must have shape"),
        ([[0.0], [1.0], [1.0]], [0.0, 1.0, 1.0], "cosine", "labels must be integers"),
        ([[0.0], [1.0], [1.0]], [0, 1, 1], "manhattan", "metric must be one of cosine, sqeuclidean, euclidean"),
    ],
)
def test_bad_input_is_named_in_the_error(x, y, metric, message):
    with pytest.raises(ValueError, match=message):
        silhouette_samples(x, y, metric)


def test_a_bound_of_zero_megabytes_is_refused():
    with pytest.raises(ValueError, match="max_megabytes must be above 0"):
        silhouette_samples(*clusters(30, 3, 2), "euclidean", max_megabytes=0)
