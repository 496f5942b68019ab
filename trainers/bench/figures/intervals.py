"""One row a method: its mean as a dot, its 95 % interval as a bar."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainers.bench.figures.svg import GRID_OPACITY, Drawing, text_width, ticks

ROW = 26.0
WIDTH = 720.0


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        name: the method.
        mean: where the dot is; NaN leaves the row empty.
        low: lower end of the interval; NaN for none.
        high: upper end.
        color: of the dot and the bar.
    """

    name: str
    mean: float
    low: float
    high: float
    color: str


def intervals_figure(bars: Sequence[Bar], title: str, axis: str, *, reference: float | None = None) -> str:
    """The rows in the order given.

    Args:
        bars: one for each method.
        title: what the figure shows, for screen readers.
        axis: what the horizontal axis shows, with its unit.
        reference: a value to mark with a line, for instance 0 for no difference.
    """
    left = 16 + max(text_width(bar.name) for bar in bars)
    drawing = Drawing(WIDTH, ROW * len(bars) + 48, title)
    low, high = _range(bars, reference)
    right = WIDTH - 64

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    bottom = ROW * len(bars) + 8
    for tick in ticks(low, high):
        drawing.line(x(tick), 6, x(tick), bottom, opacity=GRID_OPACITY)
        drawing.text(x(tick), bottom + 14, f"{tick:g}", anchor="middle", size=11)
    if reference is not None:
        drawing.line(x(reference), 6, x(reference), bottom, dash="4 3")
    drawing.text((left + right) / 2, bottom + 32, axis, anchor="middle")
    for position, bar in enumerate(bars):
        y = 8 + ROW * (position + 0.5)
        drawing.text(left - 10, y + 4, bar.name, anchor="end")
        if math.isfinite(bar.mean):
            _draw(drawing, bar, y, x(bar.mean), x(bar.low) if math.isfinite(bar.low) else None, x)
            drawing.text(WIDTH - 4, y + 4, f"{bar.mean:.2f}", anchor="end")
    return drawing.svg()


def _draw(drawing: Drawing, bar: Bar, y: float, center: float, low: float | None, x: Callable[[float], float]) -> None:
    tip = f"{bar.name}: {bar.mean:.2f}"
    if low is not None:
        drawing.line(low, y, x(bar.high), y, color=bar.color, width=3)
        tip += f" [{bar.low:.2f}, {bar.high:.2f}]"
    drawing.dot(center, y, 5, color=bar.color, tip=tip)


def _range(bars: Sequence[Bar], reference: float | None) -> tuple[float, float]:
    values = [value for bar in bars for value in (bar.mean, bar.low, bar.high) if math.isfinite(value)]
    values += [] if reference is None else [reference]
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin
