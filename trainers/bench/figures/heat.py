"""A table of colored cells: a value over two settings, or over classes and losses."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trainers.bench.figures.svg import Drawing, text_width

CELL_HEIGHT = 26.0
CELL_WIDTH = 64.0
# From low to high: blue over near-white to orange; told apart by color-blind eyes, dark text readable on all.
_LOW, _MIDDLE, _HIGH = (107, 154, 208), (240, 240, 236), (238, 154, 92)
_NO_VALUE = "#b8b8b8"


def heat_figure(
    values: Sequence[Sequence[float]],
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    *,
    form: str = "{:.1f}",
    corner: str = "",
    middle: float | None = None,
) -> str:
    """The cells with their values in them.

    Args:
        values: ``[rows][columns]``; NaN gives a gray cell.
        rows: names of the rows.
        columns: names of the columns.
        title: what it shows, for screen readers.
        form: how a value is written.
        corner: what stands above the row names.
        middle: the value of the neutral color; default the middle of the values.
    """
    left = 14 + max(text_width(words) for words in [*rows, corner])
    widest = max(CELL_WIDTH, *(text_width(words) + 10 for words in columns))
    drawing = Drawing(left + widest * len(columns) + 4, 24 + CELL_HEIGHT * len(rows) + 4, title)
    known = [value for row in values for value in row if math.isfinite(value)]
    center = middle if middle is not None else (min(known, default=0) + max(known, default=0)) / 2
    reach = max((abs(value - center) for value in known), default=1.0) or 1.0
    drawing.text(left - 8, 16, corner, anchor="end", size=11)
    for number, words in enumerate(columns):
        drawing.text(left + widest * (number + 0.5), 16, words, anchor="middle", size=11)
    for position, (name, cells) in enumerate(zip(rows, values, strict=True)):
        y = 24 + CELL_HEIGHT * position
        drawing.text(left - 8, y + 17, name, anchor="end")
        for number, value in enumerate(cells):
            words = form.format(value) if math.isfinite(value) else "–"
            color = cell_color((value - center) / reach) if math.isfinite(value) else _NO_VALUE
            x = left + widest * number
            drawing.box(x, y, widest - 2, CELL_HEIGHT - 2, color=color, tip=f"{name}, {columns[number]}: {words}")
            drawing.text(x + widest / 2 - 1, y + 17, words, anchor="middle", color="#1a1a1a")
    return drawing.svg()


def cell_color(share: float) -> str:
    """Color for −1 (low) to 1 (high)."""
    end = _HIGH if share > 0 else _LOW
    amount = min(1.0, abs(share))
    mixed = [round(m + amount * (e - m)) for m, e in zip(_MIDDLE, end, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)
