"""The statistics of the comparison: intervals, paired tests with correction, mean ranks. Pure functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95


class Interval(NamedTuple):
    """A mean and what is known of it.

    Attributes:
        mean: of the values; NaN where there is none.
        half: half the width of the 95 % interval; NaN for fewer than two values.
        number: how many values.
    """

    mean: float
    half: float
    number: int

    @property
    def low(self) -> float:
        """Lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end."""
        return self.mean + self.half


class PairedTest(NamedTuple):
    """Whether two methods differ, from values measured in pairs.

    Attributes:
        difference: mean of first − second.
        wins: pairs in which the first is larger.
        pairs: how many pairs.
        wilcoxon: p of the signed-rank test, two-sided.
        t: p of the paired t test, two-sided.
    """

    difference: float
    wins: int
    pairs: int
    wilcoxon: float
    t: float


class Ranks(NamedTuple):
    """Mean ranks over data sets.

    Attributes:
        means: mean rank of each method, 1 the best.
        friedman: p of Friedman's test that all methods are alike; NaN for fewer than three methods or two data sets.
        critical: difference of mean ranks above which two methods differ at 5 % (Nemenyi).
        data_sets: how many were ranked.
    """

    means: tuple[float, ...]
    friedman: float
    critical: float
    data_sets: int


def interval(values: ArrayLike) -> Interval:
    """Mean and 95 % interval of the mean, by Student's t; NaN among the values are left out."""
    known = _known(values)
    if len(known) == 0:
        return Interval(math.nan, math.nan, 0)
    if len(known) == 1:
        return Interval(float(known[0]), math.nan, 1)
    error = known.std(ddof=1) / math.sqrt(len(known))
    return Interval(float(known.mean()), _t_quantile(len(known) - 1) * float(error), len(known))


def interval_of_difference(first: ArrayLike, second: ArrayLike) -> Interval:
    """Mean of ``first`` − mean of ``second``, unpaired, with its 95 % interval; NaN among the values are left out.

    ``count`` is the smaller number of values; with fewer than two on either side the interval is unknown.

    Reference:
        Welch 1947, The Generalization of "Student's" Problem when Several Different Population Variances are Involved.
    """
    one, two = _known(first), _known(second)
    fewer = min(len(one), len(two))
    if fewer == 0:
        return Interval(math.nan, math.nan, 0)
    gap = float(one.mean() - two.mean())
    if fewer == 1:
        return Interval(gap, math.nan, 1)
    errors = [float(values.var(ddof=1)) / len(values) for values in (one, two)]
    if sum(errors) == 0.0:
        return Interval(gap, 0.0, fewer)
    spread = sum(error**2 / (len(values) - 1) for error, values in zip(errors, (one, two), strict=True))
    return Interval(gap, _t_quantile(sum(errors) ** 2 / spread) * math.sqrt(sum(errors)), fewer)


def paired_test(first: ArrayLike, second: ArrayLike) -> PairedTest:
    """Compare values that belong together in pairs (same data set, same seed); pairs with a NaN are left out.

    p is 1 where nothing can be said: fewer than two pairs, or no pair that differs.
    """
    one, two = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    gaps = (one - two)[np.isfinite(one) & np.isfinite(two)]
    # Accuracies are counts over a number of samples: differences below a billionth are rounding.
    gaps = np.where(np.abs(gaps) < 1e-9, 0.0, gaps)
    difference = float(gaps.mean()) if len(gaps) else math.nan
    if len(gaps) < 2 or not gaps.any():
        return PairedTest(difference, int((gaps > 0).sum()), len(gaps), 1.0, 1.0)
    from scipy import stats

    # Pratt: pairs without a difference count against a difference rather than vanish.
    signed_rank = float(stats.wilcoxon(gaps, zero_method="pratt").pvalue)
    t = 0.0 if np.ptp(gaps) == 0 else float(stats.ttest_1samp(gaps, 0.0).pvalue)
    return PairedTest(difference, int((gaps > 0).sum()), len(gaps), signed_rank, t)


def holm(p_values: Sequence[float]) -> list[float]:
    """P values corrected for being several, in the order given.

    Reference:
        Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for position, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - position) * p_values[index]))
        corrected[index] = highest
    return corrected


def mean_ranks(table: ArrayLike) -> Ranks:
    """Rank the methods on every data set and average; ties share their ranks.

    Args:
        table: ``[data sets, methods]``, higher is better; rows with a NaN are left out.

    Reference:
        Demšar 2006, Statistical Comparisons of Classifiers over Multiple Data Sets, sections 3.2.2 and 3.2.3.
    """
    from scipy import stats

    values = np.asarray(table, dtype=float)
    values = values[np.isfinite(values).all(axis=1)]
    number, methods = values.shape
    if number == 0:
        return Ranks((math.nan,) * methods, math.nan, math.nan, 0)
    ranks = stats.rankdata(-values, axis=1)
    friedman = float(stats.friedmanchisquare(*values.T).pvalue) if methods > 2 and number > 1 else math.nan
    return Ranks(tuple(ranks.mean(axis=0).tolist()), friedman, critical_difference(methods, number), number)


def critical_difference(methods: int, data_sets: int) -> float:
    """Nemenyi's critical difference of mean ranks at 5 %: q · √(k (k + 1) / (6 N)); NaN for one method."""
    if methods < 2:
        return math.nan
    from scipy import stats

    quantile = stats.studentized_range.ppf(LEVEL, methods, np.inf) / math.sqrt(2)
    return float(quantile * math.sqrt(methods * (methods + 1) / (6 * data_sets)))


def alike(means: Sequence[float], critical: float) -> list[tuple[int, int]]:
    """Stretches of methods, in order of mean rank, that do not differ: (first, last) positions, none within another."""
    ordered = sorted(means)
    stretches: list[tuple[int, int]] = []
    for first, rank in enumerate(ordered):
        last = max(index for index, other in enumerate(ordered) if other - rank <= critical)
        if last > first and (not stretches or last > stretches[-1][1]):
            stretches.append((first, last))
    return stretches


def _t_quantile(freedom: float) -> float:
    # From scipy.special, which loads several times faster than scipy.stats: a page asks for it, too.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + LEVEL) / 2))


def _known(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=float).ravel()
    known: NDArray[np.float64] = array[np.isfinite(array)]
    return known
