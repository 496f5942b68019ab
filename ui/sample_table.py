"""The watched samples of one run at one epoch as a table: which rows a person wants to see, and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.epoch_view import EpochView, margins_of
from ui.thumbnails import picture_of


@dataclass(frozen=True)
class SampleFilter:
    """What must be true of a sample to be listed.

    Attributes:
        classes: its class is one of these names; empty: any.
        wrong_only: it is taken for another class.
        below: its silhouette is at most this; 1 keeps also samples without one.
        ids: its id, as text, is one of these; empty: any.
    """

    classes: Sequence[str] = ()
    wrong_only: bool = False
    below: float = 1.0
    ids: Sequence[str] = ()


def rows_of(view: EpochView, chosen: SampleFilter) -> NDArray[np.int64]:
    """Positions of the samples that the filter keeps, the lowest silhouette first."""
    keep = np.ones(len(view.samples), dtype=bool)
    if chosen.classes:
        wanted = [index for index, name in enumerate(view.class_names) if name in set(chosen.classes)]
        keep &= np.isin(view.samples.labels, wanted)
    if chosen.wrong_only:
        keep &= view.wrong
    if chosen.below < 1.0:
        keep &= view.silhouettes <= chosen.below
    if chosen.ids:
        keep &= np.isin(view.samples.ids.astype(str), np.asarray(chosen.ids, dtype=str))
    found = np.flatnonzero(keep)
    return found[np.argsort(view.silhouettes[found], kind="stable")]  # NaN comes last


def table_of(view: EpochView, rows: NDArray[np.int64], *, pictures: bool = False) -> pd.DataFrame:
    """The columns of some samples, in the order of ``rows``.

    Columns: ``id``, ``split`` where there are several, ``class``, ``predicted``, ``silhouette``, ``margin``, ``nearest
    other class``; with ``pictures`` a data address in ``picture``.
    """
    names = np.asarray(view.class_names, dtype=object)
    columns: dict[str, object] = {}
    if pictures and view.samples.thumbnails is not None:
        columns["picture"] = [picture_of(view.samples, int(row)) for row in rows]
    columns["id"] = view.samples.ids[rows]
    if len(np.unique(view.samples.split)) > 1:
        columns["split"] = view.samples.split[rows]
    columns["class"] = names[view.samples.labels[rows]]
    if view.predictions is not None:
        columns["predicted"] = [_class(view.class_names, int(index)) for index in view.predictions[rows]]
    columns["silhouette"] = view.silhouettes[rows]
    margins = margins_of(view)
    if margins is not None:
        columns["margin"] = margins.margin[rows]
        columns["nearest other class"] = names[margins.nearest[rows]]
    return pd.DataFrame(columns)


def csv_of(view: EpochView, rows: NDArray[np.int64]) -> bytes:
    """The same columns as a CSV file, with run and epoch; floats with six digits."""
    table = table_of(view, rows)
    table.insert(0, "run", view.run_id)
    table.insert(1, "epoch", view.epoch)
    return table.to_csv(index=False, float_format="%.6g").encode()


def row_of(view: EpochView, sample: str) -> int | None:
    """Position of the sample with this id as text; None where it is not watched."""
    found = np.flatnonzero(view.samples.ids.astype(str) == sample)
    return int(found[0]) if len(found) else None


def _class(names: Sequence[str], index: int) -> str:
    return names[index] if 0 <= index < len(names) else "another class"
