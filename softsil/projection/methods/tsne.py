"""t-SNE (van der Maaten and Hinton 2008) through openTSNE, warm-started from the frame before."""

from __future__ import annotations

import importlib.util
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from softsil.projection.alignment import register, rms_radius
from softsil.projection.methods.pca import pca_layout
from softsil.projection.points import Points
from softsil.projection.registry import METHODS, Frame, MethodSpec, Projected, ProjectionSettings

_FEWEST_POINTS = 12
_EXAGGERATION = 12.0
_EXAGGERATED_SHARE = 1 / 3  # of the first frame's iterations, as openTSNE's 250 of 750
_START_SPREAD = 1e-4  # t-SNE must start from a dot, or its first steps explode
# t-SNE's own maps grow with the root of the number of points; this brings them to about the size of the other maps.
_SIZE = 7.0


class TsneSettings(ProjectionSettings):
    """Settings of t-SNE."""

    dims: Literal[2] = Field(2, description="Dimensions of the map; openTSNE draws two.")
    perplexity: float = Field(30.0, ge=2.0, le=200.0, description="Effective size of a neighborhood.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of openTSNE.")
    first_iterations: int = Field(750, ge=50, le=5000, description="Iterations of the first frame of an experiment.")
    warm_iterations: int = Field(100, ge=1, le=2000, description="Iterations of a later frame.")


def missing() -> str | None:
    """What to do where openTSNE is not installed, else None."""
    if importlib.util.find_spec("openTSNE") is not None:
        return None
    return "t-SNE needs the package openTSNE: pip install openTSNE"


def project(points: Points, settings: TsneSettings, previous: Frame | None) -> Projected:
    """A first layout from PCA, or an update of the previous one.

    Raises:
        ImportError: openTSNE is not installed.
    """
    if (sentence := missing()) is not None:
        raise ImportError(sentence)
    start = pca_layout(points, settings.dims)[0] if previous is None else previous.layout
    if len(points) < _FEWEST_POINTS or rms_radius(start) == 0.0:
        return Projected(pca_layout(points, settings.dims)[0], {"iterations": 0})
    unit = _SIZE / np.sqrt(len(points))
    affinities = _affinities(points, settings)
    if previous is None:
        exaggerated = round(settings.first_iterations * _EXAGGERATED_SHARE)
        small = start * (_START_SPREAD / start[:, 0].std())
        embedding = _embedding(small, affinities, settings)
        embedding = embedding.optimize(n_iter=exaggerated, exaggeration=_EXAGGERATION, momentum=0.5)
        embedding = embedding.optimize(n_iter=settings.first_iterations - exaggerated, momentum=0.8)
        layout = register(np.asarray(embedding) * unit, start).layout
        return Projected(layout, {"iterations": settings.first_iterations})
    embedding = _embedding(start / unit, affinities, settings).optimize(n_iter=settings.warm_iterations, momentum=0.8)
    return Projected((np.asarray(embedding) * unit).astype(np.float32), {"iterations": settings.warm_iterations})


def _affinities(points: Points, settings: TsneSettings) -> Any:
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    perplexity = min(settings.perplexity, (len(points) - 1) / 3)
    indices, distances = points.neighbors(int(3 * perplexity))
    known = PrecomputedNeighbors(indices.astype(np.int64), distances.astype(np.float64))
    return PerplexityBasedNN(knn_index=known, perplexity=perplexity, n_jobs=1)


def _embedding(start: NDArray[np.floating], affinities: Any, settings: TsneSettings) -> Any:
    from openTSNE import TSNEEmbedding

    return TSNEEmbedding(start.astype(np.float64), affinities, n_jobs=1, random_state=settings.seed)


METHODS.register(
    MethodSpec(
        name="tsne",
        title="t-SNE",
        summary="Keeps the very nearest points together: many small clusters; sizes and distances mean little. Slow.",
        settings=TsneSettings,
        project=project,
        missing=missing,
        reference="van der Maaten and Hinton 2008, Visualizing Data using t-SNE; Policar et al. 2024, openTSNE",
    )
)
