"""A table of your own: CSV or Parquet, one row a sample, one column the class, the other columns numbers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trainers.data.dataset import Dataset, split_by_class
from trainers.data.own_files import OwnFileConfig, encode_labels, standardized
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec
from trainers.data.uploads import Upload, keep_file
from trainers.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


_USUAL_LABELS = frozenset({"label", "labels", "class", "target", "species", "category", "y"})


class TableConfig(OwnFileConfig):
    """Settings of a table."""

    label: str = Field("label", min_length=1, max_length=200, description="Name of the column that holds the class.")


def load_table(config: TableConfig) -> Dataset:
    """Features standardized on the training split, float32 ``[n, columns]``.

    Raises:
        DataError: the file cannot be read, lacks the label column, or has a cell that is empty or no number.
    """
    features, labels, names = table_contents(config.stamp, config.label)
    return standardized(
        split_by_class(
            features,
            labels,
            names,
            fractions=(config.validation_fraction, config.test_fraction),
            seed=config.split_seed,
        )
    )


@lru_cache(maxsize=2)
def table_contents(stamp: tuple[str, int], label: str) -> tuple[NDArray[np.float32], NDArray[np.int64], list[str]]:
    """Features as they are, float32 ``[n, columns]``, class indices ``[n]`` and class names of a file.

    Args:
        stamp: path of the file and time of its last change.
        label: name of the column that holds the class.

    Raises:
        DataError: as in :func:`load_table`.
    """
    table = _read(Path(stamp[0]))
    if label not in table.columns:
        raise DataError(f"there is no column {label!r}; the columns are {', '.join(map(str, table.columns[:20]))}")
    empty = table[label].isna()
    if empty.any():
        raise DataError(f"row {int(np.argmax(empty)) + 1} has no value in the label column {label!r}")
    labels, names = encode_labels(table[label].to_numpy(), f"the label column {label!r}")
    features = table.drop(columns=label)
    if features.shape[1] == 0:
        raise DataError(f"beside {label!r} there is no column to learn from")
    return np.column_stack([_numbers(features[column]) for column in features.columns]), labels, names


def columns_of(path: Path) -> list[str]:
    """Names of the columns of a file.

    Raises:
        DataError: it cannot be read as a table.
    """
    if path.suffix.lower() not in (".parquet", ".pq"):
        return [str(column) for column in _read(path, rows=0).columns]
    import pyarrow.parquet  # type: ignore[import-untyped]

    try:
        return [str(name) for name in pyarrow.parquet.read_schema(path).names]
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} cannot be read as a table: {error}") from error


def likely_label(columns: list[str]) -> str:
    """The column that most likely holds the class: one with a usual name, else the last one."""
    usual = [column for column in columns if column.lower() in _USUAL_LABELS]
    if "x" in columns:  # then y is a coordinate
        usual = [column for column in usual if column != "y"]
    return (usual or columns[-1:] or ["label"])[0]


def _read(path: Path, rows: int | None = None) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(path) if path.suffix.lower() in (".parquet", ".pq") else pd.read_csv(path, nrows=rows)
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} cannot be read as a table: {error}") from error


def _numbers(column: pd.Series[Any]) -> NDArray[np.float32]:
    import pandas as pd

    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        cell = column.iloc[bad[0]]
        found = "is empty" if pd.isna(cell) else f"holds {str(cell)!r}"
        raise DataError(
            f"row {bad[0] + 1}, column {column.name!r} {found}; every column but the label must be a number"
        )
    return values.astype(np.float32)


def _facts(config: TableConfig) -> DataFacts:
    features, labels, names = table_contents(config.stamp, config.label)
    name = Path(config.path).name
    return DataFacts(len(labels), len(names), (features.shape[1],), "your own", name, tuple(names))


DATA_SETS.register(
    DataSpec(
        name="table",
        title="Your own table (CSV, Parquet)",
        summary="A file of yours: one row a sample, one column the class, every other column a number.",
        config=TableConfig,
        read=load_table,
        facts=_facts,
        bundled=False,
        upload=Upload("A CSV or Parquet file, one row for each sample", ("csv", "parquet", "pq"), keep_file),
        columns=columns_of,
    )
)
