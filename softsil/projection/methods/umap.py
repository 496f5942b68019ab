"""UMAP (McInnes, Healy, Melville 2018, arXiv:1802.03426), warm-started from the frame before."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from softsil.projection.alignment import register
from softsil.projection.methods.pca import pca_layout
from softsil.projection.points import Points, share_changed
from softsil.projection.registry import METHODS, Frame, MethodSpec, Projected, ProjectionSettings

_GRID = 0.01
_SCALE = 0.02
_FEWEST_POINTS = 4  # below this there is no neighborhood to speak of


class UmapSettings(ProjectionSettings):
    """Settings of UMAP."""

    n_neighbors: int = Field(
        15, ge=2, le=200, description="Size of a neighborhood: small shows fine structure, large the overall shape."
    )
    min_dist: float = Field(0.1, ge=0.0, le=0.99, description="How tightly points may be packed on the map.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of the noise, which is the same in every frame.")
    first_epochs: int = Field(200, ge=10, le=2000, description="Layout passes for the first frame of an experiment.")
    warm_epochs: int = Field(
        30, ge=1, le=500, description="Layout passes for a later frame; more where more neighbors changed."
    )
    stability: float = Field(
        0.75,
        ge=0.0,
        le=0.98,
        description="How much later frames hold on to the frame before: 0 follows at once, 0.98 hardly moves.",
    )
    negative_samples: int = Field(5, ge=1, le=20, description="Random repulsions for each attraction.")


def missing() -> str | None:
    """What to do where numba or SciPy is not installed, else None."""
    if all(importlib.util.find_spec(name) is not None for name in ("numba", "scipy")):
        return None
    return "UMAP needs the packages numba and scipy: pip install 'softsil[projection]'"


def project(points: Points, settings: UmapSettings, previous: Frame | None) -> Projected:
    """A first layout from PCA, or an update of the previous one.

    The update is short, slow and with the same noise every time: it follows the embedding, and a still embedding
    keeps a still map.
    """
    if len(points) < _FEWEST_POINTS:
        return Projected(pca_layout(points, settings.dims)[0], {"layout_epochs": 0})
    if previous is None:
        start = _on_a_grid(pca_layout(points, settings.dims)[0])
        layout = _improve(start, points, settings, settings.first_epochs, 1.0)
        # Turned back onto the PCA it grew out of, so that a view can glide from one to the other.
        layout = register(layout, start).layout
        return Projected(layout, {"layout_epochs": settings.first_epochs, "neighbours_changed": None})
    changed = share_changed(previous.points, points)
    epochs = warm_epochs(changed, settings.warm_epochs)
    layout = _improve(previous.layout, points, settings, epochs, 1.0 - settings.stability)
    return Projected(layout, {"layout_epochs": epochs, "neighbours_changed": round(changed, 4)})


def warm_epochs(changed: float, base: int) -> int:
    """Layout passes for a frame whose neighbors changed by the share ``changed``: ``base`` at 0.3, never below half."""
    return max(1, math.ceil(base * min(max(changed / 0.3, 0.5), 2.5)))


def _improve(
    start: NDArray[np.float32], points: Points, settings: UmapSettings, epochs: int, rate: float
) -> NDArray[np.float32]:
    from softsil.projection._compiled import improve_layout
    from softsil.projection.graph import curve_parameters, fuzzy_graph

    # umap-learn counts the point itself among its n_neighbors.
    graph = fuzzy_graph(*points.neighbors(settings.n_neighbors - 1)).tocoo()
    strongest = graph.data.max()
    used = graph.data >= strongest / epochs
    gaps = _on_a_scale(strongest / graph.data[used])
    a, b = curve_parameters(settings.min_dist)
    layout = np.array(start, dtype=np.float32, order="C")
    heads, tails = graph.row[used].astype(np.int32), graph.col[used].astype(np.int32)
    improve_layout(layout, heads, tails, gaps, a, b, epochs, rate, float(settings.negative_samples), settings.seed)
    return layout


# The descent amplifies the last bit of its input into visible moves. Coordinates on a grid and edge gaps on a scale
# make inputs that differ by rounding only (a rotated copy of the embeddings) equal, so that their maps are, too.
def _on_a_grid(layout: NDArray[np.float32]) -> NDArray[np.float32]:
    return (np.round(layout / _GRID) * _GRID).astype(np.float32)


def _on_a_scale(gaps: NDArray[np.float32]) -> NDArray[np.float32]:
    rounded: NDArray[np.float32] = np.exp(np.round(np.log(gaps) / _SCALE) * _SCALE).astype(np.float32)
    return rounded


METHODS.register(
    MethodSpec(
        name="umap",
        title="UMAP",
        summary="Keeps near points near: shows which classes form clusters; distances between clusters mean little.",
        settings=UmapSettings,
        project=project,
        missing=missing,
        reference="McInnes, Healy, Melville 2018, UMAP: Uniform Manifold Approximation and Projection, 1802.03426",
    )
)
