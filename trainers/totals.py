"""Means over the samples of one pass over the data."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Totals:
    """Sums over the samples of one pass, kept on the device so that no step waits for it."""

    samples: int = 0
    sums: dict[str, Tensor] = field(default_factory=dict)

    def add(self, count: int, **values: Tensor) -> None:
        """Add ``values``, each a mean over ``count`` samples."""
        self.samples += count
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, torch.zeros((), device=value.device)) + value.detach() * count

    def means(self) -> dict[str, float]:
        """Mean of each value over all samples."""
        return {name: (value / self.samples).item() for name, value in self.sums.items()}
