"""Points to begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softsil.registry import Registry

FEWEST, MOST = 30, 300
MOST_CLASSES = 6


@dataclass(frozen=True)
class Preset:
    """One way to place points.

    Attributes:
        name: what stands in links.
        title: what people choose.
        place: makes points float64 ``[n, 2]`` and labels int ``[n]`` from a generator and n.
    """

    name: str
    title: str
    place: Callable[[np.random.Generator, int], tuple[NDArray[np.float64], NDArray[np.int64]]]


PRESETS: Registry[Preset] = Registry("preset")


def make(name: str, count: int, seed: int) -> tuple[list[list[float]], list[int]]:
    """``count`` points of a preset, the same for the same seed.

    Raises:
        UnknownNameError: no such preset.
    """
    points, labels = PRESETS.get(name).place(np.random.default_rng(seed), min(max(count, FEWEST), MOST))
    return np.round(points, 2).tolist(), labels.tolist()


def _around(
    generator: np.random.Generator, labels: NDArray[np.int64], classes: int, radius: float, spread: float
) -> NDArray[np.float64]:
    angles = 2 * np.pi * np.arange(classes) / classes + 0.4
    centers = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centers[labels] + spread * generator.normal(size=(len(labels), 2))


def _even(count: int, classes: int) -> NDArray[np.int64]:
    return np.arange(count) % classes


def _blobs(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = _even(count, 3)
    return _around(generator, labels, 3, 1.3, 0.4), labels


def _overlapping(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = _even(count, 4)
    return _around(generator, labels, 4, 0.7, 0.7), labels


def _collapsed(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = _even(count, 3)
    return np.array([1.2, 0.6]) + 0.05 * generator.normal(size=(count, 2)), labels


def _imbalanced(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = np.where(np.arange(count) < 0.75 * count, 0, np.where(np.arange(count) < 0.93 * count, 1, 2))
    return _around(generator, labels, 3, 1.0, 0.5), labels


def _moons(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    labels = _even(count, 2)
    angles = np.pi * generator.random(count)
    upper = np.stack([np.cos(angles) - 0.5, np.sin(angles) - 0.25], axis=1)
    points = np.where(labels[:, None] == 0, upper, -upper)
    return 1.4 * points + 0.1 * generator.normal(size=(count, 2)), labels


for _name, _title, _place in (
    ("blobs", "Three clouds", _blobs),
    ("moons", "Two moons", _moons),
    ("overlapping", "Overlapping classes", _overlapping),
    ("imbalanced", "One large class, two small ones", _imbalanced),
    ("collapsed", "All in one spot", _collapsed),
):
    PRESETS.register(Preset(_name, _title, _place))
