"""The critical-difference diagram: mean ranks on a line, methods that do not differ joined by a bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainers.bench.figures.svg import Drawing, text_width
from trainers.bench.statistics import Ranks, alike

WIDTH = 720.0
STEP = 22.0


def ranks_figure(names: Sequence[str], ranks: Ranks, title: str) -> str:
    """The diagram of Demšar 2006: best on the right.

    Args:
        names: of the methods.
        ranks: their mean ranks, in the same order.
        title: what it shows, for screen readers.
    """
    methods = len(names)
    order = sorted(range(methods), key=lambda index: ranks.means[index])
    joined = alike(ranks.means, ranks.critical)
    label = max(text_width(name) for name in names) + 44
    axis, rows = 64.0, -(-methods // 2)
    top = axis + 20 + 9 * len(joined)
    drawing = Drawing(WIDTH, top + STEP * rows + 12, title)

    def x(rank: float) -> float:
        return label + (methods - rank) / max(1, methods - 1) * (WIDTH - 2 * label)

    _axis(drawing, methods, axis, x, ranks.critical)
    for position, (first, last) in enumerate(joined):
        y = axis + 14 + 9 * position
        ends = x(ranks.means[order[first]]) + 4, x(ranks.means[order[last]]) - 4
        drawing.line(ends[0], y, ends[1], y, width=4)
    for position, index in enumerate(order):
        on_right = position < rows
        row = position if on_right else methods - 1 - position
        _method(
            drawing,
            f"{names[index]}  {ranks.means[index]:.2f}",
            x(ranks.means[index]),
            axis,
            top + STEP * row,
            on_right,
            label,
        )
    return drawing.svg()


def _axis(drawing: Drawing, methods: int, y: float, x: Callable[[float], float], critical: float) -> None:
    drawing.line(x(methods), y, x(1), y)
    for rank in range(1, methods + 1):
        drawing.line(x(rank), y - 6, x(rank), y)
        drawing.text(x(rank), y - 10, str(rank), anchor="middle", size=11)
    length = min(abs(x(1) - x(1 + critical)), drawing.width - 20)
    drawing.line(10, 20, 10 + length, 20, width=2)
    for end in (10, 10 + length):
        drawing.line(end, 15, end, 25, width=2)
    drawing.text(14, 12, f"critical difference {critical:.2f}", size=11)


def _method(drawing: Drawing, words: str, x: float, axis: float, y: float, on_right: bool, label: float) -> None:
    drawing.line(x, axis, x, y, opacity=0.6)
    side = drawing.width - label + 8 if on_right else label - 8
    drawing.line(x, y, side, y, opacity=0.6)
    drawing.dot(x, axis, 3.5, tip=words)
    drawing.text(side + (5 if on_right else -5), y + 4, words, anchor="start" if on_right else "end")
