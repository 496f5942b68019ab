"""A drawing: a few shapes with coordinates in pixels, written as SVG text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

# Replaced by the color of the text around it: black on paper, white in a dark page.
INK = "currentColor"
GRID_OPACITY = 0.18
FONT_SIZE = 12
_CHARACTER = 6.6  # mean width of a character at the font size, in pixels


class Drawing:
    """Shapes on a canvas.

    Args:
        width: pixels.
        height: pixels.
        title: what it shows, read out by screen readers.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height, self._title = width, height, title
        self._parts: list[str] = []

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        color: str = INK,
        width: float = 1,
        dash: str = "",
        opacity: float = 1.0,
    ) -> None:
        """A straight line; ``dash`` such as ``"4 3"`` breaks it."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        faint = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
            f'stroke-width="{width}"{dashed}{faint}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], *, color: str, width: float = 2) -> None:
        """A line through points."""
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{steps}" fill="none" stroke="{color}" stroke-width="{width}"/>')

    def dot(self, x: float, y: float, radius: float = 4.5, *, color: str = INK, tip: str = "") -> None:
        """A filled circle; ``tip`` appears under the mouse."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{color}">{_tip(tip)}</circle>')

    def box(self, x: float, y: float, width: float, height: float, *, color: str, tip: str = "") -> None:
        """A filled rectangle."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}">{_tip(tip)}</rect>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        color: str = INK,
        bold: bool = False,
        size: float = FONT_SIZE,
    ) -> None:
        """One line of text; ``anchor`` is start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size}"{weight}>'
            f"{escape(words)}</text>"
        )

    def svg(self) -> str:
        """The drawing as text."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'width="{self.width:.0f}" height="{self.height:.0f}" role="img" aria-label={quoteattr(self._title)} '
            f'font-family="system-ui, sans-serif">{"".join(self._parts)}</svg>'
        )


def text_width(words: str, size: float = FONT_SIZE) -> float:
    """About how many pixels a text takes."""
    return len(words) * _CHARACTER * size / FONT_SIZE


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About ``count`` round numbers from ``low`` to ``high``."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 10) for index in range(first, math.floor(high / step + 1e-9) + 1)]


def _tip(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""
