"""The parts of a training that its next step changes, as a checkpoint and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from trainers.checkpoint import Checkpoint


@dataclass(frozen=True)
class TrainingState:
    """What a training consists of.

    Attributes:
        modules: everything with weights, by the prefix of their names in the checkpoint.
        optimizer: changes the weights.
        scaler: of the gradients, on graphics cards.
    """

    modules: dict[str, nn.Module]
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler

    def copy(self, epoch: int, step: int, score: float) -> Checkpoint:
        """A copy on the processor, so that it can be written while training goes on.

        Args:
            epoch: epochs finished.
            step: steps finished.
            score: what "best" means: higher is better.
        """
        weights = {
            f"{prefix}.{name}": value
            for prefix, module in self.modules.items()
            for name, value in module.state_dict().items()
        }
        training = {"optimizer": self.optimizer.state_dict(), "scaler": self.scaler.state_dict(), "step": step}
        return Checkpoint(epoch, tree_map(_copied, weights), tree_map(_copied, training), score)

    def load(self, checkpoint: Checkpoint) -> None:
        """Go back to the state of ``checkpoint``."""
        for prefix, module in self.modules.items():
            module.load_state_dict(
                {
                    name.removeprefix(f"{prefix}."): value
                    for name, value in checkpoint.weights.items()
                    if name.startswith(f"{prefix}.")
                }
            )
        self.optimizer.load_state_dict(checkpoint.training["optimizer"])
        self.scaler.load_state_dict(checkpoint.training["scaler"])


def _copied(value: Any) -> Any:
    return value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else value
