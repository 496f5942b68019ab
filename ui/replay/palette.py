"""The colors of classes and of silhouettes, as on the live map, whose script lists them."""

from __future__ import annotations

import re
from pathlib import Path

_SOURCE = (Path(__file__).parents[1] / "map" / "assets" / "palette.js").read_text(encoding="utf-8")
_COLOR = re.compile(r'"(#[0-9a-f]{6})"')


def _listed(name: str) -> tuple[str, ...]:
    """The colors between the brackets that follow ``name = ``."""
    return tuple(_COLOR.findall(_SOURCE.split(f"{name} = [")[1].partition("];")[0]))


PALETTE = _listed("PALETTE")
GRAYS = _listed("GRAYS")
# Of the worst classes among gray points.
HIGHLIGHTS = tuple(color for color in PALETTE[:10] if color not in GRAYS)
# Paler than on the map: paper is white.
OTHER = "#c3c7cb"


def silhouette_color(value: float) -> str:
    """Color of a silhouette in [-1, 1]: orange below 0, pale at 0, blue above."""
    end = (230, 97, 1) if value < 0 else (33, 102, 172)
    share = min(1.0, abs(value)) ** 0.8
    return "#" + "".join(f"{round(221 + (part - 221) * share):02x}" for part in end)
