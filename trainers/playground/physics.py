"""What losses do to points in the plane: values, forces, steps, and the landscape that one point sees.

Every number comes from the library's own terms and autograd. A point is an embedding of two numbers; what a loss learns
besides (a classifier for cross-entropy, proxies, centers) moves along with the points.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from softsil.losses.objective import Objective, build_objective
from softsil.metrics import silhouette_samples
from softsil.terms.recipe import parse_objective

SEED = 0
REACH = 3.0  # half the width of the plane that is drawn
LONGEST_MOVE = 0.25
LANDSCAPE_SECONDS = 0.8
FEWEST_CELLS = 12


@dataclass
class World:
    """Points under one loss.

    Attributes:
        points: float32 ``[n, 2]``.
        labels: int64 ``[n]``, ``0 … classes - 1``.
        objective: the loss.
        classifier: scores of the classes from a point, what cross-entropy reads.
    """

    points: Tensor
    labels: Tensor
    objective: Objective
    classifier: nn.Linear

    @classmethod
    def of(
        cls,
        points: Sequence[Sequence[float]],
        labels: Sequence[int],
        loss: str | dict[str, Any],
        learned: dict[str, Any] | None = None,
    ) -> World:
        """Points under a loss as `softsil.terms.recipe.parse_objective` reads it.

        Args:
            points: ``[n, 2]``.
            labels: ``[n]``.
            loss: a recipe such as ``"ce+sil"``, or a mapping with terms and their settings.
            learned: what :attr:`learned` gave after earlier steps; None for the first weights, always the same ones.

        Raises:
            SoftsilError: no such loss, or a setting out of range.
            ValueError: no point, or labels that do not fit.
        """
        where, classes = torch.tensor(points, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)
        if where.ndim != 2 or where.shape[1] != 2 or classes.shape != where.shape[:1] or not len(where):
            raise ValueError(f"expected points [n, 2] with n labels, got {list(where.shape)} and {list(classes.shape)}")
        number = max(2, int(classes.max()) + 1)
        torch.manual_seed(SEED)
        objective = build_objective(parse_objective(loss), num_classes=number, embedding_dim=2)
        world = cls(where, classes, objective, nn.Linear(2, number))
        if learned is not None:
            world._learn(learned)
        return world

    @property
    def learned(self) -> dict[str, list[Any]]:
        """Everything that moves besides the points, as nested lists by name."""
        return {name: value.tolist() for name, value in self._named().items()}

    def _learn(self, learned: dict[str, Any]) -> None:
        with torch.no_grad():
            for name, value in self._named().items():
                given = torch.tensor(learned.get(name, []), dtype=value.dtype)
                if given.shape == value.shape:  # another number of classes begins anew
                    value.copy_(given)

    def _named(self) -> dict[str, Tensor]:
        modules = {"classifier": self.classifier, "objective": self.objective}
        found = {
            f"{room}.{name}": value for room, module in modules.items() for name, value in module.state_dict().items()
        }
        return {name: value for name, value in found.items() if value.is_floating_point()}

    def loss(self, points: Tensor) -> Tensor:
        """The loss with the points at these places."""
        logits = self.classifier(points) if self.objective.needs_logits else None
        second = points if self.objective.needs_two_views else None
        total: Tensor = self.objective(points, self.labels, logits=logits, second_view=second).total
        return total

    def pull(self) -> tuple[float, Tensor]:
        """The loss, and the force on every point ``[n, 2]``: its negative gradient times the number of points.

        The loss is a mean over points, so the gradient of one of them shrinks with their number; the force does not.
        """
        self.objective.eval()  # a look must not move what a loss remembers
        points = self.points.detach().requires_grad_()
        loss = self.loss(points)
        (gradient,) = torch.autograd.grad(loss, points)
        return float(loss.detach()), -gradient * len(points)

    def step(self, size: float) -> None:
        """One step of gradient descent for the points, along the force, and for what is learned besides.

        No point moves farther than ``LONGEST_MOVE``: close to the center a loss that sees directions has forces without
        bound.
        """
        self.objective.train()
        points = self.points.detach().requires_grad_()
        others = [*self.classifier.parameters(), *self.objective.parameters()]
        gradients = torch.autograd.grad(self.loss(points), [points, *others], allow_unused=True)
        classes = len(set(self.labels.tolist()))
        with torch.no_grad():
            self.points = points + _bounded(-size * len(points) * gradients[0])
            for value, gradient in zip(others, gradients[1:], strict=True):
                if gradient is not None:
                    value.add_(_bounded(-size * classes * gradient))

    @torch.no_grad()
    def landscape(self, point: int, cells: int) -> list[list[float]]:
        """The loss for every place of one point, the others where they are, from low y to high.

        ``[cells, cells]``, or coarser where the loss is slow: people wait for it.
        """
        self.objective.eval()
        self.loss(self.points)  # the first call of a loss is slower than the rest
        began = time.perf_counter()
        self.loss(self.points)
        affordable = int((LANDSCAPE_SECONDS / (time.perf_counter() - began)) ** 0.5)
        axis = torch.linspace(-REACH, REACH, min(cells, max(FEWEST_CELLS, affordable))).tolist()
        return [[self._with_point_at(point, x, y) for x in axis] for y in axis]

    def _with_point_at(self, point: int, x: float, y: float) -> float:
        moved = self.points.clone()
        moved[point, 0], moved[point, 1] = x, y
        return round(float(self.loss(moved)), 5)


def silhouette(points: Tensor, labels: Tensor) -> float | None:
    """Mean cosine silhouette; None where there is none (one class, or every point alone in its own)."""
    try:
        return round(float(silhouette_samples(points, labels, "cosine").mean()), 4)
    except ValueError:
        return None


def only_directions_count(points: Tensor, force: Tensor) -> bool:
    """Whether every force is at right angles to the line from the center: the loss sees directions, not distances."""
    along = (points * force).sum(1).abs()
    possible = points.norm(dim=1) * force.norm(dim=1)
    return bool((along <= 1e-3 * possible + 1e-6).all()) and bool(force.norm(dim=1).max() > 1e-6)


def _bounded(move: Tensor) -> Tensor:
    """The move, each row at most ``LONGEST_MOVE`` long; none where it is no number."""
    move = torch.nan_to_num(move, 0.0, 0.0, 0.0)
    length = move.norm(dim=-1, keepdim=True) if move.ndim > 1 else move.abs()
    shorter: Tensor = move * (LONGEST_MOVE / length.clamp(min=LONGEST_MOVE))
    return shorter
