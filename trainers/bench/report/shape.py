"""What the losses do to the embedding space: silhouettes, neighbors, collapse."""

from __future__ import annotations

import numpy as np

from trainers.bench.figures.heat import heat_figure
from trainers.bench.report.document import Figure, Section, Table
from trainers.bench.report.words import number, title
from trainers.bench.results import Results
from trainers.bench.statistics import interval

_MEASURES = {
    "silhouette": ("silhouette", 3),
    "lowest": ("lowest class", 3),
    "knn": ("5-NN, %", 2),
    "recall": ("recall@1, %", 2),
    "nc1": ("NC1", 2),
}
MOST_CLASSES = 30


def geometry_section(main: Results) -> Section:
    """Table over all data sets, and silhouettes by class."""
    rows = [
        [title(loss), *(_cell(main, loss, name, digits) for name, (_, digits) in _MEASURES.items())]
        for loss in main.losses
    ]
    table = Table(
        "Held-out embeddings after training, mean over data sets ± 95 % interval over seeds",
        ["loss", *(head for head, _ in _MEASURES.values())],
        rows,
        note="Silhouette (cosine, exact): 1 is best; lowest class: the class with the lowest mean. NC1: variability "
        "within classes relative to that between them, 0 is full collapse. Measured on the watched validation sample.",
    )
    figures = [figure for data in main.data for figure in _class_figure(main, data)]
    return Section("Geometry", "A loss can be right as often and leave a very different space.", [table], figures)


def _cell(main: Results, loss: str, name: str, digits: int) -> str:
    found = interval(main.table(name, loss).mean(axis=0))
    return f"{number(found.mean, digits)} ± {number(found.half, digits)}"


def _class_figure(main: Results, data: str) -> list[Figure]:
    rows = [row for row in main.rows if row.run.data == data and row.geometry is not None]
    names = rows[0].geometry.class_names if rows and rows[0].geometry else ()
    if not 0 < len(names) <= MOST_CLASSES:
        return []
    values = []
    for loss in main.losses:
        silhouettes = [row.geometry.per_class for row in rows if row.run.loss == loss and row.geometry]
        values.append(np.mean(silhouettes, axis=0).tolist() if silhouettes else [np.nan] * len(names))
    # Classes down, losses across: class names may be long and many.
    cells = np.array(values).T.tolist()
    heading = f"Silhouette by class, {data}"
    svg = heat_figure(cells, names, [title(loss) for loss in main.losses], heading, form="{:.2f}", corner="class")
    reading = "Each cell: mean silhouette of a held-out class over seeds; 1 is a tight cloud far from the others."
    return [Figure(f"silhouette-{data}", heading, reading, svg)]
