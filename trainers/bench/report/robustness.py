"""How the losses stand worse data: few labels, imbalance, wrong labels."""

from __future__ import annotations

import numpy as np

from trainers.bench.figures.lines import Series, lines_figure
from trainers.bench.plan import BASELINE
from trainers.bench.report.accuracy import gain, seed_means
from trainers.bench.report.document import Figure, Section, Table
from trainers.bench.report.words import color, spread, title
from trainers.bench.results import Results
from trainers.bench.statistics import Interval, interval


def robustness_section(robustness: Results, main: Results) -> Section | None:
    """One table and figure for each way to make the training data worse; None if none was tried."""
    kinds = list(dict.fromkeys(condition.split(": ")[0] for condition in robustness.conditions))
    if not kinds:
        return None
    tables, figures = [], []
    for kind in kinds:
        conditions = [condition for condition in robustness.conditions if condition.startswith(f"{kind}: ")]
        tables.append(_table(robustness, kind, conditions))
        figures.append(_figure(robustness, main, kind, conditions))
    text = (
        "Only the training split is made worse; validation and test stay as they are. About as many optimizer steps as "
        "on the unchanged data. Settings are those chosen there, so this also asks how well a choice carries over."
    )
    return Section("Robustness", text, tables, figures)


def _over_seeds(results: Results, loss: str) -> Interval:
    return interval(seed_means(results, loss, "probe"))


def _table(robustness: Results, kind: str, conditions: list[str]) -> Table:
    rows = []
    for loss in robustness.losses:
        cells = [title(loss)]
        for condition in conditions:
            part = _part(robustness, condition)
            gap = gain(part, loss, BASELINE) if BASELINE in part.losses else None
            cells += [spread(_over_seeds(part, loss)), spread(gap, sign=True) if gap and loss != BASELINE else ""]
        rows.append(cells)
    heads = [head for condition in conditions for head in (condition.split(": ")[1], "minus CE")]
    data = ", ".join(_part(robustness, conditions[0]).data)
    best = _best(robustness, conditions)
    return Table(
        f"{kind.capitalize()}: mean top-1 by the linear probe ± 95 % interval",
        ["loss", *heads],
        rows,
        best,
        f"Over {data}. “minus CE” is by own classifiers where the loss has one.",
    )


def _best(robustness: Results, conditions: list[str]) -> list[list[int]]:
    found = []
    for position, condition in enumerate(conditions):
        part = _part(robustness, condition)
        means = np.array([_over_seeds(part, loss).mean for loss in robustness.losses])
        if np.isfinite(means).any():
            found.append([int(np.nanargmax(means)), 1 + 2 * position])
    return found


def _figure(robustness: Results, main: Results, kind: str, conditions: list[str]) -> Figure:
    losses = robustness.losses
    steps = [condition.split(": ")[1] for condition in conditions]
    data = _part(robustness, conditions[0]).data
    whole = Results(tuple(row for row in main.rows if row.run.data in data))
    series = [
        Series(
            title(loss),
            color(loss, main.losses),
            (*(_over_seeds(_part(robustness, condition), loss) for condition in conditions), _over_seeds(whole, loss)),
        )
        for loss in losses
        if loss in whole.losses
    ]
    heading = f"Top-1 by the linear probe with {kind}"
    reading = (
        "Each line is a loss, from the worst data to the unchanged data on the right; bars: 95 % interval over seeds."
    )
    svg = lines_figure(series, [*steps, "unchanged"], heading, "mean top-1, percent")
    return Figure(f"robustness-{kind.replace(' ', '-')}", heading, reading, svg)


def _part(results: Results, condition: str) -> Results:
    return Results(tuple(row for row in results.rows if row.run.condition == condition))
