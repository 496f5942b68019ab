"""What stands in a link to the playground: the points, and nothing that can be computed from them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import numpy as np

from softsil.errors import SoftsilError
from trainers.playground.presets import MOST, MOST_CLASSES, PRESETS, make

_REACH = 4.0  # coordinates in a link lie within; the plane that is drawn reaches to 3
_LEVELS = 65_535
_RECORD = np.dtype([("x", "<u2"), ("y", "<u2"), ("label", "u1")])


@dataclass(frozen=True)
class Scene:
    """Points with classes.

    Attributes:
        points: ``[n, 2]``.
        labels: ``[n]``, from 0.
        link: how it stands in the address.
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    link: str


def preset_scene(name: str, count: int, seed: int) -> Scene:
    """The points of a preset."""
    points, labels = make(name, count, seed)
    return Scene(tuple((x, y) for x, y in points), tuple(labels), f"{name}.{count}.{seed}")


def own_scene(points: list[list[float]], labels: list[int]) -> Scene:
    """Points that somebody painted or moved, as many as the playground takes."""
    rows = np.zeros(min(len(points), MOST), dtype=_RECORD)
    for row, (x, y), label in zip(rows, points, labels, strict=False):
        row["x"], row["y"] = (round((np.clip(v, -_REACH, _REACH) + _REACH) / (2 * _REACH) * _LEVELS) for v in (x, y))
        row["label"] = min(max(int(label), 0), MOST_CLASSES - 1)
    return _read(rows)


def read_scene(link: str) -> Scene | None:
    """The scene of a link, or None where it does not describe one."""
    name, _, rest = link.partition(".")
    if name in PRESETS:
        count, _, seed = rest.partition(".")
        return preset_scene(name, int(count), int(seed)) if count.isdecimal() and seed.isdecimal() else None
    try:
        data = base64.b64decode(link.encode(), altchars=b"-_", validate=True)
        rows = np.frombuffer(data, dtype=_RECORD)
    except (ValueError, binascii.Error, SoftsilError):
        return None
    return _read(rows) if 2 <= len(rows) <= MOST and rows["label"].max() < MOST_CLASSES else None


def _read(rows: np.ndarray[tuple[int], np.dtype[np.void]]) -> Scene:
    values = np.stack([rows["x"], rows["y"]], axis=1) / _LEVELS * 2 * _REACH - _REACH
    link = base64.b64encode(rows.tobytes(), altchars=b"-_").decode()
    points = tuple((round(float(x), 3), round(float(y), 3)) for x, y in values)
    return Scene(points, tuple(int(label) for label in rows["label"]), link)
