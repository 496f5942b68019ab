"""The Soft Silhouette Loss: every sample nearer to its own class than to the best competing class of the batch."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class SoftSilhouetteLoss(nn.Module):
    """Mean over valid samples of 1 − soft silhouette (cosine; our reading of arXiv 2604.08573)."""

    def __init__(
        self,
        metric: str = "cosine",
        temperature: float = 0.1,
        soft_min: str = "normalized",
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.temperature, self.soft_min, self.reduction = temperature, soft_min, reduction

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of ``(N, d)`` embeddings with ``(N,)`` labels."""
        x = embeddings.float() if embeddings.dtype in (torch.float16, torch.bfloat16) else embeddings
        _, y, n = torch.unique(labels, return_inverse=True, return_counts=True)
        valid = n[y] > 1
        if n.numel() < 2 or not bool(valid.any()):
            return (x * 0).sum()
        z = nn.functional.normalize(x, dim=1)
        sums = z.new_zeros(n.numel(), z.shape[1]).index_add(0, y, z)
        dots = z @ sums.T
        a = 1 - (dots.gather(1, y[:, None]).squeeze(1) - (z * z).sum(1)) / (n[y] - 1).clamp(min=1)
        t = self.temperature
        logits = (dots / n - 1) / t
        lse = logits.scatter(1, y[:, None], -math.inf).logsumexp(1)
        b = -t * (lse - (math.log(n.numel() - 1) if self.soft_min == "normalized" else 0.0))
        s = (b - a) / (t * torch.logaddexp(a / t, b / t))
        return (1 - s)[valid].mean()
