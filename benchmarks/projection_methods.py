"""The methods that :mod:`benchmarks.projection` compares: each makes a function from one frame's points to a layout.

umap-learn gets exact neighbors handed in together with ``force_approximation_algorithm=True``: without that, its class
makes N² / 2 Python calls below 4,096 points with present-day scikit-learn, and a comparison would only measure that.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.projection.alignment import register
from softsil.projection.points import Points
from softsil.projection.registry import Frame, parse_projection

Layout = NDArray[np.float32]
Step = Callable[[Points], Layout]

WARM_EPOCHS = 30
LEARNING_RATE = 0.25


def softsil_method(name: str, **settings: Any) -> Callable[[], Step | None]:
    """One of our own methods, by default with its default settings, registered to the frame before as in a run."""

    def make() -> Step | None:
        projection = parse_projection({"method": name, **settings})
        if projection.spec.missing() is not None:
            return None
        last: list[Frame] = []

        def step(points: Points) -> Layout:
            previous = last[-1] if last else None
            layout = projection.spec.project(points, projection.settings, previous).layout
            if previous is not None:
                layout = register(layout, previous.layout).layout
            last[:] = [Frame(points, layout)]
            return layout

        return step

    return make


def _neighbors_with_self(points: Points) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    indices, distances = points.neighbors(14)
    own = np.arange(len(points), dtype=np.int32)[:, None]
    return np.hstack([own, indices]), np.hstack([np.zeros_like(own, dtype=np.float32), distances])


def _class_fit(points: Points, **options: Any) -> Layout:
    import umap

    indices, distances = _neighbors_with_self(points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks that a seed means one thread, and that it was handed neighbors
        reducer = umap.UMAP(
            n_neighbors=15,
            random_state=0,
            n_jobs=1,
            precomputed_knn=(indices, distances),
            force_approximation_algorithm=True,
            **options,
        )
        return np.asarray(reducer.fit_transform(points.rows), dtype=np.float32)


def fresh_umap_learn() -> Step | None:
    """A fit from scratch for every frame, all settings at their defaults."""
    if importlib.util.find_spec("umap") is None:
        return None
    return _class_fit


def warm_umap_learn() -> Step | None:
    """The class, started from its last frame: 30 epochs, learning rate ¼."""
    if importlib.util.find_spec("umap") is None:
        return None
    last: list[Layout] = []

    def step(points: Points) -> Layout:
        options: dict[str, Any] = {}
        if last:
            options = {"init": last[-1], "n_epochs": WARM_EPOCHS, "learning_rate": LEARNING_RATE}
        last[:] = [_class_fit(points, **options)]
        return last[-1]

    return step


def umap_learn_functions() -> Step | None:
    """umap-learn's graph and optimizer called below the class: 30 epochs, learning rate ¼; first frame by the class."""
    if importlib.util.find_spec("umap") is None:
        return None
    last: list[Layout] = []

    def step(points: Points) -> Layout:
        layout = _optimize(points, last[-1]) if last else _class_fit(points)
        if last:
            layout = register(layout, last[-1]).layout
        last[:] = [layout]
        return layout

    return step


def _optimize(points: Points, start: Layout) -> Layout:
    from umap.layouts import optimize_layout_euclidean
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, make_epochs_per_sample

    indices, distances = _neighbors_with_self(points)
    graph, _, _ = fuzzy_simplicial_set(
        points.rows, 15, np.random.RandomState(0), "euclidean", knn_indices=indices, knn_dists=distances
    )
    graph = graph.tocoo()
    graph.data[graph.data < graph.data.max() / WARM_EPOCHS] = 0.0
    graph.eliminate_zeros()
    a, b = find_ab_params(1.0, 0.1)
    layout = np.array(start, dtype=np.float32, order="C")
    optimize_layout_euclidean(
        layout,
        layout,
        graph.row,
        graph.col,
        WARM_EPOCHS,
        len(points),
        make_epochs_per_sample(graph.data, WARM_EPOCHS),
        a,
        b,
        np.random.RandomState(0).randint(-(2**31) + 1, 2**31 - 1, 3).astype(np.int64),
        1.0,
        LEARNING_RATE,
        5.0,
        parallel=False,
        move_other=True,
    )
    return layout


METHODS: dict[str, Callable[[], Step | None]] = {
    "fresh umap-learn": fresh_umap_learn,
    "warm umap-learn": warm_umap_learn,
    "umap-learn functions": umap_learn_functions,
    "softsil": softsil_method("umap"),
    "softsil, stability 0": softsil_method("umap", stability=0.0),
    "softsil, stability 0.95": softsil_method("umap", stability=0.95),
    "pca": softsil_method("pca"),
    "openTSNE, warm": softsil_method("tsne"),
}
