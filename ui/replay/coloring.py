"""The color of every point of a map, and what the colors mean; as ``ui/map/assets/coloring.js`` has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.replay.look import Coloring
from ui.replay.palette import HIGHLIGHTS, OTHER, PALETTE, silhouette_color
from ui.replay.reel import Reel, Track

FEW_CLASSES = 10  # that are easily told apart by color
_RIGHT, _WRONG = PALETTE[0], PALETTE[2]
_SILHOUETTES = (
    (-1.0, "−1 in another class"),
    (-0.5, "−0.5"),
    (0.0, "0"),
    (0.5, "0.5"),
    (1.0, "+1 well inside its own"),
)

Colors = NDArray[np.str_]


def class_colors(reel: Reel, color: Coloring = "class") -> dict[int, str]:
    """Color of every class that has one."""
    if color == "worst" and len(reel.class_names) > FEW_CLASSES:
        return dict(zip(reel.worst, HIGHLIGHTS, strict=False))
    return dict(zip(reel.colored, PALETTE, strict=False))


def point_colors(reel: Reel, track: Track, epoch: int, color: Coloring = "class") -> Colors:
    """Color of every point of a run at ``epoch``, ``[n]``; gray where what colors it was not stored."""
    if color == "split":
        names = split_names(reel)
        return np.array([PALETTE[names.index(one)] if one in names else OTHER for one in track.splits])
    shown = track.shown(epoch)
    if color == "silhouette":
        values = track.silhouettes(shown)
        return _gray(track) if values is None else np.array([silhouette_color(float(one)) for one in values])
    labels = track.labels if color in ("class", "worst") else track.predictions(shown)
    if labels is None:
        return _gray(track)
    if color == "correct":
        return np.where(labels == track.labels, _RIGHT, _WRONG)
    known = class_colors(reel, color)
    return np.array([known.get(int(label), OTHER) for label in labels])


def legend(reel: Reel, color: Coloring = "class") -> list[tuple[str, str]]:
    """What the colors mean: text and color, in order."""
    if color == "split":
        return list(zip(split_names(reel), PALETTE, strict=False))
    if color == "silhouette":
        return [(text, silhouette_color(value)) for value, text in _SILHOUETTES]
    if color == "correct":
        return [("right", _RIGHT), ("wrong", _WRONG)]
    known = class_colors(reel, color)
    others = len(reel.class_names) - len(known)
    return [(reel.class_names[label], one) for label, one in known.items()] + (
        [(f"{others} more", OTHER)] if others else []
    )


def split_names(reel: Reel) -> list[str]:
    """The parts of the data that points of any run come from, as many as there are easily told colors."""
    return sorted({str(name) for track in reel.tracks for name in np.unique(track.splits)})[:FEW_CLASSES]


def _gray(track: Track) -> Colors:
    return np.full(len(track.labels), OTHER)
