"""Remembered class sums: lets a small batch compete against every class, not only those it holds."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from softsil._class_sums import class_sums
from softsil.distributed import sum_over_processes
from softsil.losses._mean_distances import FADED, Batch


class ClassMemory(nn.Module):
    """Decayed sums of the normalized embeddings of each class, over past training batches.

    Give it to ``SoftSilhouetteLoss(memory=…)``. Before a batch is scored, what is remembered is multiplied by
    ``momentum`` and added to the batch's class sums and counts; gradients flow through the batch only. Our own
    addition: the paper names the composition of the batch as the method's main limit.

    Remembered embeddings come from older weights: the higher the momentum, the older. The sums are buffers, so they
    move with the module and belong to its checkpoint; in evaluation mode they are read but not changed.

    Args:
        num_classes: labels are ``0 … num_classes - 1``.
        embedding_dim: length of one embedding.
        momentum: share that is kept from batch to batch, in [0, 1).

    Raises:
        ValueError: an argument is out of range.
    """

    sums: Tensor
    mass: Tensor

    def __init__(self, num_classes: int, embedding_dim: int, momentum: float = 0.9) -> None:
        super().__init__()
        if num_classes < 1 or embedding_dim < 1:
            raise ValueError(f"a class memory needs classes and dimensions, got {num_classes} and {embedding_dim}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1, got {momentum}")
        self.momentum = momentum
        self.register_buffer("sums", torch.zeros(num_classes, embedding_dim))
        self.register_buffer("mass", torch.zeros(num_classes))

    def batch(self, rows: Tensor, labels: Tensor, distributed: bool = False) -> Batch:
        """The batch, completed by what is remembered.

        Args:
            rows: ``(N, embedding_dim)``.
            labels: ``(N,)`` in ``0 … num_classes - 1``.
            distributed: whether the batch is one process's part.

        Raises:
            ValueError: a label or the embedding length does not fit the memory.
        """
        self._check(rows, labels)
        mass = self.mass.to(rows) * self.momentum
        mass = torch.where(mass >= FADED, mass, 0.0)
        sums = self.sums.to(rows) * self.momentum * (mass > 0)[:, None]
        count = self._count(rows, labels, distributed)
        return Batch(labels.long(), count + mass, distributed, sums)

    @torch.no_grad()
    def update(self, rows: Tensor, labels: Tensor, distributed: bool = False) -> None:
        """Fade what is remembered and add the batch, normalized."""
        unit = nn.functional.normalize(rows, dim=1)
        sums = class_sums(unit, labels.long(), self.mass.numel())
        sums = sum_over_processes(sums) if distributed else sums
        self.sums.mul_(self.momentum).add_(sums)
        self.mass.mul_(self.momentum).add_(self._count(rows, labels, distributed))

    def extra_repr(self) -> str:
        """Settings, for ``print``."""
        return f"{self.sums.shape[0]} classes of dimension {self.sums.shape[1]}, momentum={self.momentum:g}"

    def _count(self, rows: Tensor, labels: Tensor, distributed: bool) -> Tensor:
        count = torch.bincount(labels.long(), minlength=self.mass.numel()).to(rows.dtype)
        return sum_over_processes(count) if distributed else count

    def _check(self, rows: Tensor, labels: Tensor) -> None:
        number, size = self.sums.shape
        if rows.shape[1] != size:
            raise ValueError(f"the class memory holds embeddings of length {size}, got {rows.shape[1]}")
        if labels.numel() and not (labels.min() >= 0 and labels.max() < number):
            low, high = int(labels.min()), int(labels.max())
            raise ValueError(f"labels must be 0 … {number - 1} with this class memory, got {low} … {high}")
