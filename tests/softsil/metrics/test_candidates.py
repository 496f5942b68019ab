"""Bounds of mean distances: the nearest class is never left out, and far ones are."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples as sklearn_samples

from softsil.metrics import silhouette_samples
from softsil.metrics._candidates import possibly_nearest


def ready(x, y):
    """Sorted by class, about the mean, of a scale near 1; with the place and the size of every class."""
    order = np.argsort(y, kind="stable")
    x = x[order] - x.mean(0)
    _, index, count = np.unique(y[order], return_inverse=True, return_counts=True)
    return torch.from_numpy(x / max(1e-300, np.abs(x).max())), torch.from_numpy(index), torch.from_numpy(count)


def left_out(x, index, count, possible):
    """By how much more than the nearest class the nearest class left out is away, at least; relative."""
    distances = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    means = torch.zeros(len(count), len(x), dtype=x.dtype).index_add_(0, index, distances) / count[:, None]
    means.scatter_(0, index[None], torch.inf)
    nearest = means.amin(0)
    return float((means.masked_fill(possible, torch.inf) / nearest.clamp(min=1e-300)).amin() - 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("spread", [3.0, 1.0, 1e-3, 1e-8])
@pytest.mark.parametrize("noise", ["normal", "standard_cauchy"])
def test_a_class_left_out_is_farther_than_the_nearest(noise, spread, dtype):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 6, 300)
    x = rng.normal(size=(6, 8))[y] + spread * getattr(rng, noise)(size=(300, 8))
    x, index, count = ready(x, y)
    assert left_out(x, index, count, possibly_nearest(x.to(dtype), index, count, 1)) > 0


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_with_duplicates_the_nearest_class_stays(data):
    rows = data.draw(st.integers(4, 14))
    values = st.lists(st.sampled_from([-2.0, 0.0, 1e-6, 1.0]), min_size=2, max_size=2)
    x = np.array(data.draw(st.lists(values, min_size=rows, max_size=rows)))
    y = np.array([0, 1, 2, *data.draw(st.lists(st.integers(0, 2), min_size=rows - 3, max_size=rows - 3))])
    x, index, count = ready(x, y)
    possible = possibly_nearest(x, index, count, 1)
    assert possible.any(0).all()
    assert left_out(x, index, count, possible) > 0


def test_of_separate_classes_only_the_nearest_is_left():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 5, 400)
    x, index, count = ready(10 * np.arange(5)[y, None] ** 2 + rng.normal(size=(400, 8)), y)
    assert (possibly_nearest(x, index, count, 1).sum(0) == 1).all()


@pytest.mark.parametrize("max_megabytes", [256, 0.01])
@pytest.mark.parametrize("distance", [0.2, 1, 5])
def test_silhouettes_with_far_classes_left_out_equal_scikit_learn(distance, max_megabytes):
    rng = np.random.default_rng(2)
    y = rng.integers(0, 6, 700)
    x = distance * rng.normal(size=(6, 16))[y] + rng.normal(size=(700, 16))
    values = silhouette_samples(x, y, "euclidean", max_megabytes=max_megabytes)
    np.testing.assert_allclose(values.numpy(), sklearn_samples(x, y), atol=1e-10)
