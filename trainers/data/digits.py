"""scikit-learn's handwritten digits: 1,797 images of 8×8 pixels, shipped with the package, nothing to download."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from trainers.data.dataset import Dataset, split_by_class
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec, SplitDataConfig
from trainers.errors import DataError

_FULL_INK = 16.0  # pixel values run from 0 to 16


class DigitsConfig(SplitDataConfig):
    """Settings of the digits."""


def load_digits(config: DigitsConfig) -> Dataset:
    """Images in [0, 1], float32 ``[n, 1, 8, 8]``.

    Raises:
        DataError: scikit-learn does not lie where Python looks, or no longer ships the file.
    """
    table = np.loadtxt(_packaged_table(), delimiter=",", dtype=np.float32)
    images = table[:, :-1].reshape(-1, 1, 8, 8) / _FULL_INK
    labels = table[:, -1].astype(np.int64)
    return split_by_class(
        images,
        labels,
        [str(digit) for digit in range(10)],
        fractions=(config.validation_fraction, config.test_fraction),
        seed=config.split_seed,
        thumbnails=(255 * (1 - images[:, 0])).astype(np.uint8),
    )


def _packaged_table() -> Path:
    # Reading the file scikit-learn ships, rather than importing scikit-learn, saves a job about two seconds.
    spec = importlib.util.find_spec("sklearn")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if path.exists():
            return path
    raise DataError("the digits come with scikit-learn, which is not installed here: pip install scikit-learn")


def _facts(config: DigitsConfig) -> DataFacts:
    return DataFacts(
        samples=1797,
        classes=10,
        input_shape=(1, 8, 8),
        licence="CC BY 4.0 (UCI Machine Learning Repository)",
        source="scikit-learn, load_digits",
    )


DATA_SETS.register(
    DataSpec(
        name="digits",
        title="Digits (8×8)",
        summary="Handwritten digits, 1,797 grey images of 8×8 pixels in 10 classes; comes with scikit-learn.",
        config=DigitsConfig,
        read=load_digits,
        facts=_facts,
    )
)
