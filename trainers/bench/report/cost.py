"""What a loss costs: seconds per epoch and memory of a step, relative to cross-entropy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainers.bench.figures.intervals import Bar, intervals_figure
from trainers.bench.plan import BASELINE
from trainers.bench.report.document import Figure, Section, Table
from trainers.bench.report.words import color, number, title
from trainers.bench.results import Results
from trainers.bench.statistics import Interval, interval


def ratios(main: Results, loss: str, value: str, reference: str = BASELINE) -> Interval:
    """Geometric mean of ``value`` relative to the reference in pairs of the same data set and seed, with interval.

    Args:
        main: the comparison.
        loss: the loss.
        value: ``"seconds"`` or ``"megabytes"``.
        reference: what it is divided by.

    Returns:
        ``mean`` is the ratio; ``half`` is on the scale of logarithms: the ends are mean · e^±half.
    """
    logs = log_ratios(main, loss, value, reference)
    # One value for each seed, so that the interval does not take data sets for repetitions.
    found = interval(logs.mean(axis=0))
    return Interval(float(np.exp(found.mean)), found.half, found.number)


def log_ratios(main: Results, loss: str, value: str, reference: str) -> NDArray[np.float64]:
    """Logarithm of the ratio, ``[data sets, seeds]``."""
    gaps: NDArray[np.float64] = np.log(main.table(value, loss)) - np.log(main.table(value, reference))
    return gaps


def cost_section(main: Results) -> Section:
    """Table and figure of time and memory."""
    if BASELINE not in main.losses:
        return Section("Cost", "Cross-entropy is not among the losses, so there is nothing to compare costs with.")
    time = {loss: ratios(main, loss, "seconds") for loss in main.losses}
    memory = {loss: ratios(main, loss, "megabytes") for loss in main.losses}
    rows = [[title(loss), _times(time[loss]), _times(memory[loss]), *_by_data(main, loss)] for loss in main.losses]
    heads = [f"{data}: s, MB" for data in main.data]
    table = Table(
        "Cost relative to cross-entropy, and absolute",
        ["loss", "time", "memory", *heads],
        rows,
        note="Time: median seconds of a training epoch (of the processor where that trains, which other work on the "
        "machine disturbs less, else by the clock), ratio in pairs of the same data set and seed, geometric mean with "
        "95 % interval over seeds. Memory: peak of one training "
        "step beyond what is held between steps (weights, optimizer, data).",
    )
    heading = "Seconds per epoch relative to cross-entropy"
    bars = [Bar(title(loss), one.mean, *_ends(one), color(loss, main.losses)) for loss, one in time.items()]
    figure = Figure(
        "time",
        heading,
        "1 is as fast as cross-entropy, 2 takes twice as long; further left is cheaper.",
        intervals_figure(bars, heading, "times the seconds of cross-entropy", reference=1.0),
    )
    text = (
        "With a small network the loss is a large part of the cost. With a large one only the number of views matters: "
        "two views are nearly twice the work."
    )
    return Section("Cost", text, [table], [figure])


def _by_data(main: Results, loss: str) -> list[str]:
    seconds, memory = (np.nanmedian(main.table(name, loss), axis=1) for name in ("seconds", "megabytes"))
    return [f"{number(s, 3)}, {number(m, 1)}" for s, m in zip(seconds, memory, strict=True)]


def _ends(one: Interval) -> tuple[float, float]:
    return one.mean * float(np.exp(-one.half)), one.mean * float(np.exp(one.half))


def _times(one: Interval) -> str:
    low, high = _ends(one)
    return f"{number(one.mean)} × ({number(low)}–{number(high)})" if np.isfinite(low) else f"{number(one.mean)} ×"
