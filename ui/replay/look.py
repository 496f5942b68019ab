"""How the maps are shown: what a person chose on Live, for the files that take it along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Coloring = Literal["class", "worst", "prediction", "correct", "silhouette", "split"]
COLORINGS: tuple[Coloring, ...] = get_args(Coloring)


@dataclass(frozen=True)
class Look:
    """One view of the maps.

    Attributes:
        epoch: the epoch of what shows a single one; None for the newest.
        projection: method, or key of a projection; None for the usual one.
        color: what points are colored by.
    """

    epoch: int | None = None
    projection: str | None = None
    color: Coloring = "class"
