import math

import numpy as np
import pytest

from softsil.analysis.uncertainty import bootstrap_mean


def test_the_interval_is_as_wide_as_theory_says():
    values = np.random.default_rng(0).normal(3.0, 2.0, size=400)
    low, high = bootstrap_mean(values)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)


def test_the_same_values_give_the_same_interval():
    values = np.random.default_rng(0).normal(size=50)
    assert bootstrap_mean(values) == bootstrap_mean(values)


def test_one_value_has_no_interval():
    assert all(math.isnan(end) for end in bootstrap_mean(np.array([1.0])))
