"""What every metric does first: tensors out of arrays, checked, and a memory bound turned into rows a block."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

MAX_MEGABYTES = 256.0


def read_inputs(embeddings: Any, labels: Any) -> tuple[Tensor, Tensor]:
    """Embeddings ``(N, d)`` and labels ``(N,)`` on one device, detached; arrays and lists are taken too.

    Raises:
        ValueError: shapes do not fit, labels are not integers, or an embedding is not finite.
    """
    rows, classes = torch.as_tensor(embeddings).detach(), torch.as_tensor(labels).detach()
    if rows.ndim != 2 or classes.shape != rows.shape[:1]:
        raise ValueError(
            f"embeddings must have shape (N, d) and labels (N,), got {tuple(rows.shape)} and {tuple(classes.shape)}"
        )
    if classes.is_floating_point():
        raise ValueError(f"labels must be integers, got {classes.dtype}")
    # The sum is finite only if every value is, and 30 times faster to look at; it may overflow, so look again then.
    if not (bool(torch.isfinite(rows.sum())) or bool(torch.isfinite(rows).all())):
        raise ValueError("embeddings must be finite, got NaN or infinity")
    return rows, classes.to(rows.device)


def result_type(rows: Tensor) -> torch.dtype:
    """Type of the values for these embeddings: theirs, at least float32."""
    return rows.dtype if rows.dtype == torch.float64 else torch.float32


def centered(rows: Tensor) -> Tensor:
    """Rows about (nearly) their mean, at least float32: a difference of near numbers is exact, so no digit is lost."""
    rows = rows.to(result_type(rows))
    return rows - rows.mean(0, dtype=accurate(rows[:0]).dtype).to(rows.dtype)


def accurate(rows: Tensor, copy: bool = False) -> Tensor:
    """Rows in float64 where the device has it; ``copy`` for rows that may be overwritten."""
    return rows.to(torch.float32 if rows.device.type == "mps" else torch.float64, copy=copy)


def rows_per_block(row_bytes: int, max_megabytes: float) -> int:
    """How many rows of a matrix fit the bound; at least one.

    Raises:
        ValueError: the bound is not above 0.
    """
    if not max_megabytes > 0:
        raise ValueError(f"max_megabytes must be above 0, got {max_megabytes}")
    return max(1, int(max_megabytes * 1e6) // max(1, row_bytes))
