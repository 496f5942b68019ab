"""Where everything stands on a drawn picture: the same for the GIF and the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from ui.replay.coloring import legend
from ui.replay.look import Coloring
from ui.replay.reel import Points, Reel, Track

TEXT = "#31333f"
LINE = "#d5d6d9"
BACKGROUND = "#ffffff"

MARGIN = 12
HEADER = 30
LEGEND_LINE = 22
TEXT_SIZE = 14
NAME_SIZE = 13
LONGEST_NAME = 18
# Width of a map to its height, by number of maps in a row.
SHAPES = {1: 1.5, 2: 1.15, 3: 0.95}


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Name:
    """A text whose middle stands at (x, y)."""

    text: str
    x: float
    y: float
    width: float
    height: float = NAME_SIZE + 3.0


@dataclass(frozen=True)
class Entry:
    """One class of the legend; its dot is centered at (x, y)."""

    text: str
    color: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """The whole picture.

    Attributes:
        width: pixels.
        height: pixels.
        stages: one a run, the area of its points; its title stands in the ``HEADER`` pixels above.
        legend: the classes.
        center: map coordinates in the middle of every stage, ``[2]``.
        unit: pixels per map unit.
        radius: pixels of a point.
    """

    width: int
    height: int
    stages: tuple[Box, ...]
    legend: tuple[Entry, ...]
    center: NDArray[np.float64]
    unit: float
    radius: float

    def on_stage(self, points: Points) -> NDArray[np.float64]:
        """Map coordinates to pixels from the upper left corner of a stage, float64 ``[n, 2]``."""
        middle = np.array([self.stages[0].width, self.stages[0].height]) / 2
        pixels: NDArray[np.float64] = middle + (points - self.center) * np.array([self.unit, -self.unit])
        return pixels


def lay_out(reel: Reel, width: int, color: Coloring = "class") -> Sheet:
    """Arrange the maps of ``reel`` on a picture of ``width`` pixels; more than three stand in two rows."""
    count = len(reel.tracks)
    columns = count if count <= 3 else ceil(count / 2)
    across = (width - (columns + 1) * MARGIN) / columns
    size = Box(0, 0, across, round(across / SHAPES[columns]))
    stages = tuple(
        replace(size, x=MARGIN + (i % columns) * (across + MARGIN), y=_top(i // columns, size)) for i in range(count)
    )
    entries = _entries(legend(reel, color), width, _top(ceil(count / columns), size) - HEADER)
    low, high = reel.box
    reach = np.maximum((high - low) / 2, max(float((high - low).max()) / 40, 1e-6))
    unit = 0.9 * min(size.width / 2 / reach[0], size.height / 2 / reach[1])
    height = ceil((entries[-1].y if entries else stages[-1].y + size.height) + LEGEND_LINE)
    most = max(len(track.labels) for track in reel.tracks)
    radius = (1.5 if most > 20_000 else 2.2 if most > 3_000 else 3.2) * max(0.6, min(1.0, across / 600))
    return Sheet(width, height, stages, entries, (low + high) / 2, unit, radius)


def _top(row: int, size: Box) -> float:
    return MARGIN + HEADER + row * (size.height + HEADER + MARGIN)


def _entries(named: Sequence[tuple[str, str]], width: int, top: float) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    x, y = MARGIN + 6.0, top + LEGEND_LINE / 2
    for name, color in named:
        text = shorten(name, 30)
        room = 30 + text_width(text, NAME_SIZE)
        if entries and x + room > width:
            x, y = MARGIN + 6.0, y + LEGEND_LINE
        entries.append(Entry(text, color, x, y))
        x += room
    return tuple(entries)


def class_names(reel: Reel, track: Track, sheet: Sheet, points: Points) -> list[Name]:
    """The names of classes at the centers of their points, in pixels of the stage, moved apart."""
    at, stage = sheet.on_stage(points), sheet.stages[0]
    names = []
    for label in reel.named:
        of_class = track.labels == label
        if of_class.any():
            x, y = at[of_class].mean(axis=0)
            text = shorten(reel.class_names[label], LONGEST_NAME)
            half = text_width(text, NAME_SIZE) / 2 + 4
            names.append(Name(text, float(np.clip(x, half, max(half, stage.width - half))), float(y), 2 * half - 8))
    return apart([name for name in names if 0 <= name.y <= stage.height])


def apart(names: Sequence[Name]) -> list[Name]:
    """Names moved up or down as little as it takes; one that would end up twice its height away is left out."""
    placed: list[Name] = []
    for name in names:
        near = [one.y + side * (one.height + name.height) / 2 for one in placed for side in (-1, 1)]
        free = [y for y in (name.y, *near) if not any(_covers(one, replace(name, y=y)) for one in placed)]
        y = min(free, key=lambda one: abs(one - name.y), default=float("inf"))
        if abs(y - name.y) <= 2 * name.height:
            placed.append(replace(name, y=y))
    return placed


def _covers(one: Name, other: Name) -> bool:
    across = abs(one.x - other.x) < (one.width + other.width) / 2
    return across and abs(one.y - other.y) < (one.height + other.height) / 2 - 1e-9


def shorten(text: str, longest: int) -> str:
    """Text on one line of at most ``longest`` characters, the last one an ellipsis where some had to go."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with many scripts if this machine has one, otherwise Pillow's own."""
    for name in ("DejaVuSans.ttf", "Arial.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@cache
def text_width(text: str, size: int) -> float:
    """Pixels that ``text`` takes, about."""
    return float(font(size).getlength(text))
