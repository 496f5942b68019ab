"""What every loss does with its input first: check it, and compute in float32 or better."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor


def check_batch(embeddings: Tensor, labels: Tensor) -> None:
    """Refuse what is not floating-point embeddings ``(N, d)`` with integer labels ``(N,)``.

    Raises:
        ValueError: the sentence says what came.
    """
    if embeddings.ndim != 2 or not embeddings.is_floating_point():
        raise ValueError(
            f"embeddings must be floating point of shape (N, d), got {embeddings.dtype} {tuple(embeddings.shape)}"
        )
    if labels.shape != embeddings.shape[:1] or labels.is_floating_point():
        raise ValueError(
            f"labels must be integers of shape ({embeddings.shape[0]},), got {labels.dtype} {tuple(labels.shape)}"
        )


def full_precision(like: Tensor) -> AbstractContextManager[object]:
    """No autocast inside, for tensors on the device of ``like``: sums over a class lose digits in half precision."""
    device = like.device.type
    return torch.autocast(device, enabled=False) if torch.is_autocast_enabled(device) else nullcontext()


def single_or_double(values: Tensor) -> Tensor:
    """``values`` in float32, or as they are in float64."""
    return values if values.dtype == torch.float64 else values.float()
