import math

import numpy as np
import pytest
from scipy import stats

from trainers.bench.statistics import (
    alike,
    critical_difference,
    holm,
    interval,
    interval_of_difference,
    mean_ranks,
    paired_test,
)


def test_the_interval_is_that_of_students_t():
    values = [1.0, 2.0, 4.0, 8.0]
    found = interval(values)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    assert (found.low, found.mean, found.high) == pytest.approx((low, 3.75, high))


def test_one_value_has_no_interval_and_none_has_no_mean():
    assert math.isnan(interval([2.0]).half)
    assert interval([2.0, math.nan]).mean == 2.0
    assert math.isnan(interval([]).mean)


def test_paired_tests_are_those_of_scipy():
    rng = np.random.default_rng(0)
    one = rng.normal(size=20)
    two = one - rng.normal(0.3, 0.5, size=20)
    found = paired_test(one, two)
    assert found.wilcoxon == pytest.approx(stats.wilcoxon(one, two).pvalue)
    assert found.t == pytest.approx(stats.ttest_rel(one, two).pvalue)
    assert (found.difference, found.pairs) == (pytest.approx(np.mean(one - two)), 20)


def test_pairs_with_a_missing_value_are_left_out():
    assert paired_test([3.0, 4.0, math.nan, 6.0], [1.0, 1.0, 1.0, math.nan])[:3] == (2.5, 2, 2)


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_nothing_is_significant_where_nothing_can_be_said(values):
    found = paired_test(values, values)
    assert (found.wilcoxon, found.t) == (1.0, 1.0)


def test_holm_gives_the_values_of_a_textbook():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_never_exceeds_one():
    assert holm([0.6, 0.9, 0.7]) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("methods", "quantile"), [(2, 1.960), (4, 2.569), (8, 3.031), (10, 3.164)])
def test_the_critical_difference_has_the_quantiles_of_demsar(methods, quantile):
    found = critical_difference(methods, 14)
    assert found == pytest.approx(quantile * math.sqrt(methods * (methods + 1) / (6 * 14)), abs=2e-3)


def test_ties_share_their_ranks_and_an_incomplete_data_set_is_left_out():
    found = mean_ranks([[0.9, 0.9, 0.5], [0.8, 0.7, 0.6], [0.1, math.nan, 0.3]])
    assert found.means == (1.25, 1.75, 3.0)
    assert found.data_sets == 2


def test_friedman_is_that_of_scipy():
    table = np.random.default_rng(1).normal(size=(6, 4))
    assert mean_ranks(table).friedman == pytest.approx(stats.friedmanchisquare(*table.T).pvalue)


def test_methods_are_alike_within_the_critical_difference():
    assert alike([1.0, 4.0, 1.8, 2.4], 1.0) == [(0, 1), (1, 2)]
    assert alike([1.0, 1.5, 2.0], 3.0) == [(0, 2)]
    assert alike([1.0, 3.0], 1.0) == []


def test_the_interval_of_a_difference_is_welchs():
    first, second = [0.5, 0.6, 0.9, 0.4], [0.1, 0.3, 0.2]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    found = interval_of_difference(first, second)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_the_interval_of_a_difference_is_unknown_with_one_value():
    found = interval_of_difference([0.5], [0.1, 0.2])
    assert found.mean == pytest.approx(0.35)
    assert math.isnan(found.half)
