"""A table or arrays of ready-made embeddings as a run with one epoch: to look at, not to train."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from softsil.runs.writer import RunWriter
from trainers.data.arrays import ArraysConfig, array_contents
from trainers.data.table import TableConfig, columns_of, likely_label, table_contents
from trainers.entries import explain
from trainers.errors import DataError, ImportFailedError

MOST_SAMPLES = 100_000
TABLES = frozenset({".csv", ".parquet", ".pq"})
ARRAYS = frozenset({".npz", ".npy"})


def import_embeddings(path: Path, root: Path, label: str | None = None, name: str | None = None) -> str:
    """Make a run whose only epoch holds the rows of a file as embeddings, unchanged.

    Args:
        path: CSV or Parquet with one column for the class and numbers in all others; NPZ with ``inputs`` ``[n, d]`` and
            ``labels``; NPY with ``labels.npy`` beside it.
        root: the runs folder.
        label: the column with the class; None: one called label, class, target or the like, else the last.
        name: of the run; None: that of the file.

    Returns:
        The id of the new run.

    Raises:
        ImportFailedError: the file cannot be used; one sentence says which row and column, or array, is wrong.
    """
    try:
        embeddings, labels, names = _read(path, label)
    except DataError as error:
        raise ImportFailedError(str(error)) from error
    except ValidationError as error:
        raise ImportFailedError("; ".join(explain(error).values())) from error
    if len(embeddings) > MOST_SAMPLES:
        raise ImportFailedError(f"{path.name} has {len(embeddings):,} rows; at most {MOST_SAMPLES:,} can be shown")
    with RunWriter(
        name or path.stem,
        labels=labels,
        config={"imported_from": path.name},
        root=root,
        class_names=names,
        split="all",
    ) as writer:
        writer.log(0, embeddings)
        return writer.run_id


def _read(path: Path, label: str | None) -> tuple[NDArray[np.float32], NDArray[np.int64], list[str]]:
    if path.suffix.lower() in ARRAYS:
        inputs, labels, names, _ = array_contents(ArraysConfig(path=str(path)).stamp)
        if inputs.ndim != 2:
            raise DataError(f"inputs has shape {list(inputs.shape)}, expected embeddings [n, d]")
        return inputs, labels, names
    table = TableConfig(path=str(path))
    return table_contents(table.stamp, label or likely_label(columns_of(path)))
