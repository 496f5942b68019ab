"""What one training step computes."""

from __future__ import annotations

from torch import Tensor, nn

from softsil.losses.objective import Objective, ObjectiveOutput, Term
from trainers.network import Network


class Step(nn.Module):
    """Network and objective as one module, so that everything trained has its gradient from one call.

    Args:
        network: encoder and classifier.
        objective: what is minimized.
    """

    def __init__(self, network: Network, objective: Objective) -> None:
        super().__init__()
        self.network, self.objective = network, objective
        # Where no term trains the classifier, it follows on its own, without touching the encoder.
        following = {"ce": Term(nn.CrossEntropyLoss(), across="mean")}
        self._follow = None if objective.needs_logits else Objective(following, distributed=objective.distributed)

    def forward(self, views: list[Tensor], labels: Tensor, epoch: float) -> tuple[Tensor, ObjectiveOutput, Tensor]:
        """What to call ``backward`` on, what the objective was worth, and the logits ``[n, C]``.

        Args:
            views: a batch of inputs, and a second augmentation of them if the objective compares two.
            labels: class of each sample, ``[n]``.
            epoch: passes over the data so far, may be fractional.
        """
        embeddings, logits = self.network(views[0])
        other = self.network.encoder(views[1]) if len(views) > 1 else None
        output = self.objective(
            embeddings,
            labels,
            logits=logits,
            projections=self.network.projected(embeddings),
            second_view=other,
            second_projections=None if other is None else self.network.projected(other),
            epoch=epoch,
        )
        total = output.total
        if self._follow is not None:
            total = total + self._follow(embeddings, labels, logits=self.network.head(embeddings.detach())).total
        return total, output, logits
