"""The network: an encoder, a linear classifier on its embedding, and perhaps a projection head."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn

from trainers.config import RunConfig


class Network(nn.Module):
    """Encoder, classifier head and projection head.

    Args:
        encoder: ``inputs → embeddings [n, d]``.
        embedding_dim: d.
        num_classes: width of the logits.
        projector: ``embeddings [n, d] → projections [n, p]``, or None.
    """

    def __init__(
        self, encoder: nn.Module, embedding_dim: int, num_classes: int, projector: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(embedding_dim, num_classes)
        self.projector = projector

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings ``[n, d]`` (the losses normalise them where they need to) and logits ``[n, C]``."""
        embeddings = self.encoder(inputs)
        return embeddings, self.head(embeddings)

    def projected(self, embeddings: Tensor) -> Tensor | None:
        """Projections ``[n, p]`` of embeddings, or None without a projection head."""
        return None if self.projector is None else self.projector(embeddings)


def derived_seed(*parts: object) -> int:
    """A seed that depends on all ``parts`` and nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7], "big")


def build_network(config: RunConfig, input_shape: tuple[int, ...], num_classes: int) -> Network:
    """The network of a run; random initial weights depend on data shape, encoder and seed, never on the loss."""
    spec, settings = config.encoder_entry
    torch.manual_seed(derived_seed(config.seed, "encoder"))
    encoder = spec.build(settings, input_shape)
    torch.manual_seed(derived_seed(config.seed, "projection head"))
    head, choices = config.head_entry
    # Where no loss reads it, it is not built.
    is_read = any(term.place == "projections" for term in config.objective.terms.values())
    projector = head.build(choices, settings.embedding_dim) if is_read else None
    torch.manual_seed(derived_seed(config.seed, "head"))
    return Network(encoder, settings.embedding_dim, num_classes, projector)


def load_first_weights(config: RunConfig, network: Network) -> None:
    """Put published weights into a new network, where the run asks for them.

    Raises:
        DataError: they cannot be had, or belong to another network.
    """
    spec, settings = config.encoder_entry
    spec.load_weights(settings, network.encoder)
