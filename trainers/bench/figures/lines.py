"""Lines over ordered steps (batch sizes, levels of noise), one a method, each point with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trainers.bench.figures.svg import GRID_OPACITY, Drawing, text_width, ticks
from trainers.bench.statistics import Interval

WIDTH, HEIGHT = 720.0, 300.0
_LEFT, _TOP = 52.0, 12.0


@dataclass(frozen=True)
class Series:
    """One line.

    Attributes:
        name: the method.
        color: its color.
        points: one for each step; NaN leaves a gap.
    """

    name: str
    color: str
    points: tuple[Interval, ...]


def lines_figure(series: Sequence[Series], steps: Sequence[str], title: str, axis: str) -> str:
    """The lines, with their names at their right ends.

    Args:
        series: the lines.
        steps: names of the steps on the horizontal axis, at equal distances.
        title: what it shows, for screen readers.
        axis: what the vertical axis shows, with its unit.
    """
    drawing = Drawing(WIDTH, HEIGHT, title)
    right = WIDTH - 30 - max(text_width(one.name) for one in series)
    bottom = HEIGHT - 30
    low, high = _range(series)

    def at(step: int, value: float, shift: float = 0.0) -> tuple[float, float]:
        x = _LEFT + 24 + step / max(1, len(steps) - 1) * (right - _LEFT - 48) + shift
        return x, bottom - (value - low) / (high - low) * (bottom - _TOP - 14)

    for tick in ticks(low, high):
        y = at(0, tick)[1]
        drawing.line(_LEFT, y, right, y, opacity=GRID_OPACITY)
        drawing.text(_LEFT - 6, y + 4, f"{tick:g}", anchor="end", size=11)
    for number, words in enumerate(steps):
        drawing.text(at(number, low)[0], bottom + 18, words, anchor="middle", size=11)
    drawing.text(4, _TOP, axis, size=11)
    labels: list[tuple[float, Series]] = []
    for position, one in enumerate(series):
        shift = 5 * (position - (len(series) - 1) / 2)  # intervals side by side rather than on top of each other
        known = [(number, point) for number, point in enumerate(one.points) if math.isfinite(point.mean)]
        drawing.path([at(number, point.mean, shift) for number, point in known], color=one.color)
        for number, point in known:
            ends = [
                at(number, min(max(end, low), high), shift)[1] for end in (point.low, point.high) if point.half >= 0
            ]
            _point(drawing, one, steps[number], point, at(number, point.mean, shift), ends)
        if known:
            labels.append((at(known[-1][0], known[-1][1].mean)[1], one))
    for y, one in _apart(labels):
        drawing.text(right + 8, y + 4, one.name, color=one.color, bold=True)
    return drawing.svg()


def _point(
    drawing: Drawing,
    one: Series,
    step: str,
    point: Interval,
    place: tuple[float, float],
    ends: list[float],
) -> None:
    spread = f" ± {point.half:.2f}" if ends else ""
    if ends:
        drawing.line(place[0], ends[0], place[0], ends[1], color=one.color, width=1.5)
    drawing.dot(*place, 4, color=one.color, tip=f"{one.name}, {step}: {point.mean:.2f}{spread}")


def _range(series: Sequence[Series]) -> tuple[float, float]:
    """Room for all means, and for intervals up to the distance between the means: a very wide one is cut off."""
    points = [point for one in series for point in one.points if math.isfinite(point.mean)]
    means = [point.mean for point in points] or [0.0, 1.0]
    room = (max(means) - min(means)) or 1.0
    low = min([*means, *(point.low for point in points if math.isfinite(point.half))])
    high = max([*means, *(point.high for point in points if math.isfinite(point.half))])
    return max(low, min(means) - room) - 0.05 * room, min(high, max(means) + room) + 0.05 * room


def _apart(labels: list[tuple[float, Series]], distance: float = 15.0) -> list[tuple[float, Series]]:
    """The labels moved down until none covers another."""
    placed: list[tuple[float, Series]] = []
    for y, one in sorted(labels, key=lambda label: label[0]):
        placed.append((max(y, placed[-1][0] + distance) if placed else y, one))
    return placed
