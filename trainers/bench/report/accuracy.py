"""Who is right most often: top-1 by data set, differences to cross-entropy, ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainers.bench.figures.intervals import Bar, intervals_figure
from trainers.bench.figures.ranks import ranks_figure
from trainers.bench.plan import BASELINE
from trainers.bench.report.document import Figure, Section, Table
from trainers.bench.report.words import color, number, p_value, spread, title
from trainers.bench.results import Results, judge
from trainers.bench.statistics import Interval, PairedTest, holm, interval, mean_ranks, paired_test

_JUDGE = (
    "Top-1 is test accuracy in percent, measured once a run, after training. A loss that trains a classifier is judged "
    "by it; one that trains none (†) by a linear probe: multinomial logistic regression on standardized frozen "
    "embeddings, fitted on the training split to convergence. That may be a better judge than a classifier that was "
    "trained along, so where one of two losses has only the probe, their difference is taken by the probe for both. "
)
_INTERVAL = (
    "The interval is Student's, over seeds: it covers initial weights and batch order, not the choice of the split, "
    "which is the same for all."
)


def accuracy_section(main: Results) -> Section:
    """Tables and figure of top-1."""
    table = _by_data(main, "top1", "Top-1 in percent: mean ± 95 % interval over seeds")
    probe = _by_data(main, "probe", "The same runs, every loss judged by the linear probe")
    figures = [
        _means_figure(main, "probe", "probe", "Mean top-1 over all data sets, every loss judged by the linear probe"),
        _means_figure(main, "top1", "top1", "Mean top-1 over all data sets, each loss by its own judge"),
    ]
    return Section("Accuracy", _JUDGE + _INTERVAL, [table, probe], figures)


def seed_means(main: Results, loss: str, value: str = "top1") -> NDArray[np.float64]:
    """Mean over the data sets, one value for each seed; NaN where a run is missing."""
    means: NDArray[np.float64] = main.table(value, loss).mean(axis=0)
    return means


def gain(results: Results, loss: str, reference: str) -> Interval:
    """How much more top-1 than ``reference``, mean over data sets with its interval over seeds; one judge for both."""
    value = judge(results, loss, reference)
    return interval(seed_means(results, loss, value) - seed_means(results, reference, value))


def differences(main: Results, reference: str) -> dict[str, tuple[PairedTest, float]]:
    """Every other loss against ``reference`` over data sets × seeds: the test, and p of Wilcoxon after Holm."""
    others = [loss for loss in main.losses if loss != reference]
    tests = []
    for loss in others:
        value = judge(main, loss, reference)
        tests.append(paired_test(main.table(value, loss).ravel(), main.table(value, reference).ravel()))
    corrected = holm([test.wilcoxon for test in tests])
    return {loss: (test, p) for loss, test, p in zip(others, tests, corrected, strict=True)}


def tests_section(main: Results) -> Section:
    """Paired tests against cross-entropy and against the three-part loss, and mean ranks."""
    references = [loss for loss in (BASELINE, "ce+sil+supcon2") if loss in main.losses]
    return Section(
        "Significance",
        "Pairs are runs with the same data set and the same seed. Wilcoxon's signed-rank test and the paired t test "
        "are two-sided; the correction is Holm's over all rows of a table. Seeds of one data set share its split, so "
        "these tests speak of these data sets; the ranks below count every data set once, which with few data sets can "
        "show only large differences.",
        [_difference_table(main, reference) for reference in references] + [_rank_table(main)],
        [figure for figure in (_rank_figure(main),) if figure],
    )


def _by_data(main: Results, value: str, heading: str) -> Table:
    columns: list[list[float]] = []
    rows: list[list[str]] = []
    for loss in main.losses:
        cells = [interval(row) for row in main.table(value, loss)] + [interval(seed_means(main, loss, value))]
        columns.append([cell.mean for cell in cells])
        mark = " †" if judge(main, loss) == "probe" and value == "top1" else ""
        rows.append([f"{title(loss)}{mark}", *(spread(cell) for cell in cells)])
    best = [
        [int(np.nanargmax(column)), position + 1]
        for position, column in enumerate(np.array(columns).T)
        if np.isfinite(column).any()
    ]
    return Table(heading, ["loss", *main.data, "mean of all"], rows, best, "Bold: the highest mean of each column.")


def _means_figure(main: Results, value: str, name: str, heading: str) -> Figure:
    bars = []
    for loss in main.losses:
        found = interval(seed_means(main, loss, value))
        bars.append(Bar(title(loss), found.mean, found.low, found.high, color(loss, main.losses)))
    return Figure(
        name,
        heading,
        "Dot: mean over data sets and seeds; bar: 95 % interval over seeds; further right is better.",
        intervals_figure(bars, heading, "mean top-1, percent"),
    )


def _difference_table(main: Results, reference: str) -> Table:
    rows = []
    t_corrected = holm([test.t for test, _ in differences(main, reference).values()])
    for (loss, (test, p)), t in zip(differences(main, reference).items(), t_corrected, strict=True):
        by = "probe" if judge(main, loss, reference) == "probe" else "own classifiers"
        seeds = gain(main, loss, reference)
        rows.append([title(loss), by, spread(seeds, sign=True), f"{test.wins} of {test.pairs}", p_value(p), p_value(t)])
    return Table(
        f"Top-1 minus that of {title(reference)}, in points",
        ["loss", "judged by", "difference ± 95 %", "better in pairs", "p (Wilcoxon, Holm)", "p (t test, Holm)"],
        rows,
    )


def _rank_table(main: Results) -> Table:
    ranks = mean_ranks(_means(main))
    rows = [[title(loss), number(rank)] for loss, rank in zip(main.losses, ranks.means, strict=True)]
    return Table(
        "Mean rank over data sets by the linear probe, 1 is best",
        ["loss", "mean rank"],
        sorted(rows, key=lambda row: row[1]),
        note=f"Friedman's test that all losses are alike, over {ranks.data_sets} data sets: p = "
        f"{p_value(ranks.friedman)}. Nemenyi's critical difference at 5 %: {number(ranks.critical)}.",
    )


def _rank_figure(main: Results) -> Figure | None:
    ranks = mean_ranks(_means(main))
    if ranks.data_sets < 2 or len(main.losses) < 2:
        return None
    heading = "Critical-difference diagram"
    return Figure(
        "ranks",
        heading,
        "Best on the right; losses under one thick bar do not differ significantly in mean rank (Nemenyi, 5 %).",
        ranks_figure([title(loss) for loss in main.losses], ranks, heading),
    )


def _means(main: Results) -> NDArray[np.float64]:
    """``[data sets, losses]`` mean over seeds, one judge for all."""
    return np.stack([main.table("probe", loss).mean(axis=1) for loss in main.losses], axis=1)
