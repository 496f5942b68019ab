"""Spreads, indices and neural collapse against scikit-learn, loops and known shapes."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from softsil.metrics import (
    alignment,
    calinski_harabasz,
    class_spread,
    davies_bouldin,
    effective_rank,
    neural_collapse,
    uniformity,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 4, 80)
    return rng.normal(size=(80, 5)) + 2 * rng.normal(size=(4, 5))[labels], labels


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def simplex(classes, copies):
    """Class means of a collapsed space: the corners of a regular simplex, ``copies`` samples on each."""
    corners = torch.eye(classes, dtype=torch.float64) - 1 / classes
    return corners.repeat(copies, 1), torch.arange(classes).repeat(copies), corners


def test_calinski_harabasz_equals_scikit_learn(data):
    assert calinski_harabasz(*data) == pytest.approx(calinski_harabasz_score(*data))


def test_davies_bouldin_equals_scikit_learn(data):
    assert davies_bouldin(*data) == pytest.approx(davies_bouldin_score(*data))


def test_indices_do_not_lose_digits_far_from_the_origin(data):
    x, y = (data[0] + 1e4).astype(np.float32), data[1]
    assert calinski_harabasz(x, y) == pytest.approx(calinski_harabasz_score(x.astype(np.float64), y), rel=1e-6)


def test_calinski_harabasz_refuses_singletons_only():
    with pytest.raises(ValueError, match="alone in its class"):
        calinski_harabasz(torch.randn(3, 2), [0, 1, 2])


def test_spread_equals_a_loop(data):
    x, y = data
    centers = {c: x[y == c].mean(0) for c in set(y)}
    within = math.sqrt(np.mean([np.sum((row - centers[c]) ** 2) for row, c in zip(x, y, strict=True)]))
    between = math.sqrt(np.mean([np.sum((centers[c] - x.mean(0)) ** 2) for c in y]))
    assert class_spread(x, y) == pytest.approx((within, between, within / between))


def test_spread_needs_two_classes():
    with pytest.raises(ValueError, match="at least two; got 1"):
        class_spread(torch.randn(4, 2), [1, 1, 1, 1])


def test_alignment_equals_a_loop_over_pairs(data):
    x, y = unit(data[0]), data[1]
    pairs = [(i, j) for i in range(80) for j in range(80) if i != j and y[i] == y[j]]
    assert alignment(*data) == pytest.approx(np.mean([np.sum((x[i] - x[j]) ** 2) for i, j in pairs]))


def test_alignment_without_a_pair_is_refused():
    with pytest.raises(ValueError, match="two samples of the same class"):
        alignment(torch.randn(3, 2), [0, 1, 2])


@pytest.mark.parametrize("max_megabytes", [256, 0.001])
@pytest.mark.parametrize("t", [2.0, 0.5])
def test_uniformity_equals_a_loop_over_pairs_in_any_block_size(data, max_megabytes, t):
    x = unit(data[0])
    pairs = [np.exp(-t * np.sum((x[i] - x[j]) ** 2)) for i in range(80) for j in range(80) if i != j]
    assert uniformity(data[0], t, max_megabytes=max_megabytes) == pytest.approx(math.log(np.mean(pairs)))


def test_uniformity_of_one_sample_is_refused():
    with pytest.raises(ValueError, match="needs two samples"):
        uniformity(torch.randn(1, 3))


def test_effective_rank_counts_equally_used_directions():
    x = torch.cat([torch.eye(3, 5), -torch.eye(3, 5)])
    assert effective_rank(x) == pytest.approx(3, abs=1e-5)


def test_effective_rank_equals_its_definition(data):
    x = data[0] + 100
    values = np.linalg.svd(x - x.mean(0), compute_uv=False)
    shares = values / values.sum()
    assert effective_rank(x) == pytest.approx(math.exp(-(shares * np.log(shares)).sum()))


def test_effective_rank_of_one_point_is_one():
    assert effective_rank(torch.ones(4, 3)) == 1


def test_a_simplex_is_fully_collapsed():
    x, y, corners = simplex(4, 3)
    assert neural_collapse(x, y, corners) == pytest.approx((0, 0, 0, 0), abs=1e-9)


def test_noise_within_classes_raises_only_nc1():
    x, y, _ = simplex(4, 50)
    noise = 0.1 * torch.randn(*x.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    noisy = neural_collapse(x + noise - torch.stack([noise[y == c].mean(0) for c in range(4)])[y], y)
    assert noisy.nc1 > 0.01
    assert (noisy.nc2_norms, noisy.nc2_angles) == pytest.approx((0, 0), abs=1e-9)


def test_nc1_equals_its_definition(data):
    x, y = data
    means = np.stack([x[y == c].mean(0) for c in range(4)])
    within = sum(np.outer(r - means[c], r - means[c]) for r, c in zip(x, y, strict=True)) / 80
    centered = means - means.mean(0)
    expected = np.trace(within @ np.linalg.pinv(centered.T @ centered / 4)) / 4
    assert neural_collapse(x, y).nc1 == pytest.approx(expected)


def test_nc2_equals_its_definition(data):
    x, y = data
    means = np.stack([x[y == c].mean(0) for c in range(4)])
    means -= means.mean(0)
    lengths = np.linalg.norm(means, axis=1)
    cosines = [means[i] @ means[j] / lengths[i] / lengths[j] for i in range(4) for j in range(4) if i != j]
    result = neural_collapse(x, y)
    assert result.nc2_norms == pytest.approx(lengths.std() / lengths.mean())
    assert result.nc2_angles == pytest.approx(np.mean([abs(cosine + 1 / 3) for cosine in cosines]))


def test_nc3_is_the_distance_of_weights_and_means_of_length_one():
    x, y, corners = simplex(4, 3)
    assert neural_collapse(x, y, 5 * corners).nc3 == pytest.approx(0, abs=1e-9)
    assert neural_collapse(x, y, -corners).nc3 == pytest.approx(2)


def test_classes_of_unequal_length_raise_nc2_norms():
    x, y, _ = simplex(4, 2)
    assert neural_collapse(x * (1 + y[:, None]), y).nc2_norms > 0.1


def test_nc3_is_missing_without_a_classifier(data):
    assert math.isnan(neural_collapse(*data).nc3)


def test_a_classifier_of_the_wrong_shape_is_refused(data):
    with pytest.raises(ValueError, match=r"classifier must have shape \(4, 5\)"):
        neural_collapse(*data, classifier=torch.ones(3, 5))
