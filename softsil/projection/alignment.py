"""Registration: turning, mirroring and shifting a layout onto another one of the same points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Registration:
    """The result of :func:`register`.

    Attributes:
        layout: the moved layout, float32 ``[n, dims]``.
        residual: RMS distance that is left to the target, in units of the target's RMS radius; 0 for a perfect match.
    """

    layout: NDArray[np.float32]
    residual: float


def register(layout: NDArray[np.floating], target: NDArray[np.floating], *, scale: bool = False) -> Registration:
    """Lay ``layout`` onto ``target`` with the least squared distance between matching points.

    The similarity transform of Schönemann 1966 (orthogonal Procrustes), mirroring allowed: a map has no handedness.

    Args:
        layout: ``[n, dims]``.
        target: ``[n, dims]``, the same points in the same order.
        scale: also shrink or stretch; off by default, because the size of a map is information.

    Raises:
        ValueError: the shapes differ.
    """
    if layout.shape != target.shape:
        raise ValueError(f"cannot register a layout {list(layout.shape)} to a target {list(target.shape)}")
    moving = layout.astype(np.float64)
    fixed = target.astype(np.float64)
    center = fixed.mean(axis=0)
    moving -= moving.mean(axis=0)
    fixed -= center
    left, strengths, right = np.linalg.svd(moving.T @ fixed)
    moved = moving @ (left @ right)
    if scale and (moving**2).sum() > 0.0:
        moved *= strengths.sum() / (moving**2).sum()
    left_over = np.sqrt(((moved - fixed) ** 2).sum(axis=1).mean())
    radius = rms_radius(fixed)
    residual = float(left_over / radius) if radius > 0.0 else 0.0
    return Registration((moved + center).astype(np.float32), residual)


def rms_radius(layout: NDArray[np.floating]) -> float:
    """Root mean square distance of the points from their mean."""
    spread = layout - layout.mean(axis=0)
    return float(np.sqrt((spread**2).sum(axis=1).mean()))
