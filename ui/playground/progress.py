"""Where the points of each side have got to, since the scene or a loss last changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ui.playground.scene import Scene
from ui.playground.service import SERVICE, Service


@dataclass
class Progress:
    """One side.

    Attributes:
        signature: scene and loss that it belongs to.
        points: where the points are.
        learned: what the loss has learned besides.
        losses: the loss before the first step and after every one since.
        silhouettes: mean cosine silhouettes likewise; None where there is none.
        owed: steps that a link asks for and that were not taken yet.
    """

    signature: str
    points: list[list[float]]
    learned: dict[str, Any] | None = None
    losses: list[float | None] = field(default_factory=list)
    silhouettes: list[float | None] = field(default_factory=list)
    owed: int = 0

    @property
    def steps(self) -> int:
        """Steps taken."""
        return max(0, len(self.losses) - 1)


def start(scene: Scene, loss: dict[str, Any]) -> Progress:
    """A side before its first step."""
    return Progress(_signature(scene, loss), [list(point) for point in scene.points])


def belongs(progress: Progress | None, scene: Scene, loss: dict[str, Any]) -> bool:
    """Whether the progress is of this scene and loss."""
    return progress is not None and progress.signature == _signature(scene, loss)


def advance(
    progress: Progress,
    scene: Scene,
    loss: dict[str, Any],
    *,
    steps: int,
    size: float,
    point: int | None,
    cells: int,
    service: Service = SERVICE,
) -> dict[str, Any]:
    """Take steps and look around; the worker's answer, with ``progress`` moved on.

    Raises:
        PlaygroundError: the worker gave no answer, or a sentence instead of one.
    """
    question = {"points": progress.points, "labels": scene.labels, "loss": loss, "learned": progress.learned}
    said = service.ask({**question, "steps": steps, "size": size, "point": point, "cells": cells})
    progress.points, progress.learned = said["frames"][-1], said["learned"]
    known = bool(progress.losses)
    progress.losses += said["losses"][known:]
    progress.silhouettes += said["silhouettes"][known:]
    return said


def marks(loss: dict[str, Any], learned: dict[str, Any]) -> list[dict[str, Any]]:
    """What a loss learns besides, for the drawing: proxies and centers as spots, class scores as directions."""
    found: list[dict[str, Any]] = []
    for name, value in learned.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], list) else []
        if not all(len(row) == 2 for row in rows):
            continue
        if name == "classifier.weight" and "ce" in loss["terms"]:
            found += [{"kind": "direction", "class": label, "at": row} for label, row in enumerate(rows)]
        elif name.endswith(("proxies", "centers")):
            found += [{"kind": "spot", "class": label, "at": row} for label, row in enumerate(rows)]
    return found


def _signature(scene: Scene, loss: dict[str, Any]) -> str:
    return json.dumps([scene.link, loss], sort_keys=True)
