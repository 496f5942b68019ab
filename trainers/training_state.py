"""The parts of a training that its next step changes, as a checkpoint and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn
from torch.utils._pytree import tree_map

from trainers.checkpoint import Checkpoint

NETWORK, AVERAGE = "network", "average"


class Stateful(Protocol):
    """What can say its state and go back to it."""

    def state_dict(self) -> dict[str, Any]:
        """The state."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> Any:
        """Go back to a state."""


@dataclass(frozen=True)
class TrainingState:
    """What a training consists of.

    Attributes:
        modules: everything with weights, by the prefix of their names in the checkpoint.
        others: everything else that changes, such as the optimizer, by name.
    """

    modules: dict[str, nn.Module]
    others: Mapping[str, Stateful]

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
        training = {**{name: other.state_dict() for name, other in self.others.items()}, "step": step}
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
        for name, other in self.others.items():
            if name in checkpoint.training:  # checkpoints of older versions have fewer parts
                other.load_state_dict(checkpoint.training[name])


def weights_to_evaluate(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of the network in a checkpoint: the moving average, where there is one by then."""
    averaged = weights.get(f"{AVERAGE}.n_averaged")
    prefix = f"{AVERAGE}.module." if averaged is not None and averaged > 0 else f"{NETWORK}."
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def _copied(value: Any) -> Any:
    return value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else value
