"""The arrows for points that are in the hand: answered by an address of the server, not by a run of the page."""

from __future__ import annotations

from ui.playground.link import as_objective, read_loss
from ui.playground.scene import read_scene
from ui.playground.service import SERVICE, PlaygroundError, Service


def force_of(points: str, loss: str, service: Service = SERVICE) -> list[list[float]]:
    """The negative gradient of a loss, before any step, at the points of a link.

    Args:
        points: as in the address of the playground; see `ui.playground.scene.Scene`.
        loss: likewise; see :func:`ui.playground.link.write_loss`.
        service: who computes it.

    Returns:
        ``[n, 2]``.

    Raises:
        PlaygroundError: one of the two cannot be read, or there was no answer.
    """
    scene = read_scene(points)
    recipe, settings = read_loss(loss, "")
    if scene is None or not recipe:
        raise PlaygroundError(f"the {'points' if scene is None else 'loss'} cannot be read; take them from a link")
    said = service.ask({"points": scene.points, "labels": scene.labels, "loss": as_objective(recipe, settings)})
    force: list[list[float]] = said["force"]
    return force
