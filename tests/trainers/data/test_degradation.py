"""Training data made worse on purpose: only the training split, the same for every run."""

import numpy as np
import pytest

from trainers.data.degradation import sizes_left
from trainers.data.registry import DATA_SETS, DataConfig


def digits(**settings):
    spec = DATA_SETS.get("digits")
    return spec.load(spec.config(**settings))


WHOLE = digits()


@pytest.mark.parametrize("settings", [{"train_samples_per_class": 7}, {"imbalance": 10}, {"label_noise": 0.3}])
def test_validation_and_test_stay_as_they_are(settings):
    worse = digits(**settings)
    for name in ("validation", "test"):
        for part in ("inputs", "labels", "ids"):
            np.testing.assert_array_equal(getattr(getattr(worse, name), part), getattr(getattr(WHOLE, name), part))


def test_few_labels_leave_as_many_of_every_class():
    assert np.bincount(digits(train_samples_per_class=7).train.labels).tolist() == [7] * 10


def test_fewer_labels_are_among_the_more():
    few, more = (set(digits(train_samples_per_class=count).train.ids.tolist()) for count in (5, 20))
    assert few < more


def test_a_long_tail_falls_from_the_first_class_to_the_last():
    counts = np.bincount(digits(imbalance=10).train.labels)
    assert (np.diff(counts) <= 0).all()
    assert counts[0] / counts[-1] == pytest.approx(10, rel=0.1)


def test_a_tail_never_ends_a_class():
    assert sizes_left([5, 5, 5], DataConfig(imbalance=1000)).min() == 2


def test_label_noise_gives_that_share_a_wrong_class_and_keeps_the_rest():
    worse = digits(label_noise=0.3).train
    np.testing.assert_array_equal(worse.ids, WHOLE.train.ids)
    assert (worse.labels != WHOLE.train.labels).mean() == pytest.approx(0.3, abs=0.002)


def test_the_same_settings_spoil_the_same_samples():
    first, second = (digits(label_noise=0.2, imbalance=5).train for _ in range(2))
    np.testing.assert_array_equal(first.ids, second.ids)
    np.testing.assert_array_equal(first.labels, second.labels)


@pytest.mark.parametrize("settings", [{}, {"train_samples_per_class": 7}, {"imbalance": 10}])
def test_the_sizes_said_before_loading_are_about_those_after(settings):
    spec = DATA_SETS.get("digits")
    said = spec.split_sizes(spec.config(**settings))
    data = digits(**settings)
    for count, split in zip(said, (data.train, data.validation, data.test), strict=True):
        assert count == pytest.approx(len(split), rel=0.05)
