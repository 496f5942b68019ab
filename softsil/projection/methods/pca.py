"""Principal component analysis: the flat shadow with the most spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softsil.projection.alignment import rms_radius
from softsil.projection.points import Points
from softsil.projection.registry import METHODS, Frame, MethodSpec, Projected, ProjectionSettings

# Every PCA frame is drawn with this RMS radius, about that of a UMAP map, so one camera serves both.
RMS_RADIUS = 8.0


def pca_layout(points: Points, dims: int) -> tuple[NDArray[np.float32], float]:
    """Scores on the first ``dims`` principal components, and the share of the variance they hold.

    The sign of an axis is chosen from the scores alone (positive skewness), so a rotated copy of the embeddings
    gives the same layout. Directions without any spread stay zero.

    Returns:
        float32 ``[n, dims]`` with RMS radius :data:`RMS_RADIUS`, and a number from 0 to 1.
    """
    rows = points.rows.astype(np.float64)
    strengths, axes = np.linalg.eigh(rows.T @ rows)
    chosen = axes[:, ::-1][:, :dims]
    scores = np.zeros((len(rows), dims))
    scores[:, : chosen.shape[1]] = rows @ chosen
    scores *= np.where((scores**3).sum(axis=0) < 0.0, -1.0, 1.0)
    total = float(strengths.clip(0.0).sum())
    radius = rms_radius(scores)
    # Below float32 rounding of the rows there is no shape to show: one dot.
    if radius < 1e-6 * max(1.0, float(np.abs(rows).max(initial=0.0))):
        return np.zeros(scores.shape, dtype=np.float32), 1.0
    return (scores * (RMS_RADIUS / radius)).astype(np.float32), float(strengths[-dims:].clip(0.0).sum() / total)


class PcaSettings(ProjectionSettings):
    """Settings of PCA."""


def project(points: Points, settings: PcaSettings, previous: Frame | None) -> Projected:
    """The PCA of this epoch alone; registration to the frame before keeps its axes from flipping."""
    layout, share = pca_layout(points, settings.dims)
    return Projected(layout, {"variance_shown": round(share, 4)})


METHODS.register(
    MethodSpec(
        name="pca",
        title="PCA",
        summary="The flat shadow of the space with the most spread: instant and linear, but classes may overlap.",
        settings=PcaSettings,
        project=project,
        missing=lambda: None,
        reference="Pearson 1901, On lines and planes of closest fit to systems of points in space",
    )
)
