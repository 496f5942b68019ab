"""A process that answers the playground's questions: one line of JSON in, one line of JSON out.

``python -m trainers.playground.worker`` reads from standard input until it ends, so it ends with whoever started it.
"""

from __future__ import annotations

import json
import math
import os
import sys
from typing import Any

from softsil.errors import SoftsilError

MOST_POINTS = 400
MOST_STEPS = 400
MOST_CELLS = 64


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What the points of a question do under its loss.

    Args:
        question: ``points``, ``labels`` and ``loss``, optionally ``learned`` (of an earlier answer), ``steps`` to take,
            their ``size``, and ``point`` with ``cells`` for its landscape.

    Returns:
        ``frames`` (the points before and after every step), and for the last of them ``losses`` over the frames,
        ``silhouettes`` likewise, ``force``, ``learned``, ``directional``, ``landscape`` (or None).

    Raises:
        SoftsilError, ValueError: the question does not make sense.
    """
    from trainers.playground.physics import World, only_directions_count, silhouette

    if len(question["points"]) > MOST_POINTS:
        raise ValueError(f"{len(question['points'])} points are too many; take at most {MOST_POINTS}")
    world = World.of(question["points"], question["labels"], question["loss"], question.get("learned"))
    frames, losses, silhouettes = [], [], []
    steps = min(int(question.get("steps", 0)), MOST_STEPS)
    for number in range(steps + 1):
        loss, force = world.pull()
        frames.append([[round(x, 4) for x in point] for point in world.points.tolist()])
        losses.append(round(loss, 5))
        silhouettes.append(silhouette(world.points, world.labels))
        if number < steps:
            world.step(float(question.get("size", 0.1)))
    point = -1 if question.get("point") is None else int(question["point"])
    cells = min(int(question.get("cells", 32)), MOST_CELLS)
    return {
        "frames": frames,
        "losses": losses,
        "silhouettes": silhouettes,
        "force": [[round(x, 5) for x in pull] for pull in force.tolist()],
        "directional": only_directions_count(world.points, force),
        "learned": world.learned,
        "landscape": world.landscape(point, cells) if point in range(len(frames[0])) else None,
    }


def _told(value: Any) -> Any:
    """``value`` with null for what is no finite number: JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: _told(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_told(item) for item in value]
    return value if not isinstance(value, float) or math.isfinite(value) else None


def main() -> None:
    """Answer until the input ends."""
    import torch

    torch.set_num_threads(1)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except (SoftsilError, ValueError, KeyError, TypeError, IndexError) as error:
            said = {"error": str(error) or type(error).__name__}
        out.write(json.dumps(_told(said), allow_nan=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
