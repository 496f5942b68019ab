"""Emoji: Google's pictures of about 1,900 emoji in nine groups."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from trainers.data.dataset import Dataset, Split, split_rows
from trainers.data.fetching.package import Package
from trainers.data.image_cache import ImageCache
from trainers.data.picture_files import PictureFiles
from trainers.data.registry import DATA_SETS, DataFacts, DataSpec, SplitDataConfig
from trainers.data.rows import RowsOf
from trainers.data.thumbnails import ClassPictures, SmallPictures
from trainers.errors import DataError

_GROUPS = (
    "Smileys & Emotion",
    "People & Body",
    "Animals & Nature",
    "Food & Drink",
    "Travel & Places",
    "Activities",
    "Objects",
    "Symbols",
    "Flags",
)
_SAMPLES = 1906
PACKAGE = Package(
    "npm",
    "emoji-datasource-google",
    "16.0.0",
    "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    74_344_091,
    {"package/emoji.json": "emoji/emoji.json", "package/img/google/64/": "emoji/64/"},
    2**26,
)


class EmojiConfig(SplitDataConfig):
    """Settings of the emoji."""

    image_size: int = Field(32, ge=16, le=64, description="Height and width in pixels; the files have 64.")
    folder: str = Field("data", min_length=1, max_length=1000, description="Where fetch put the files.")


def load_emoji(config: EmojiConfig) -> Dataset:
    """uint8 color images on white, ``[n, 3, image_size, image_size]``; the classes are the groups of Unicode.

    Raises:
        DataError: the files are not there or damaged.
    """
    folder = Path(config.folder).expanduser()
    listed = _listed(folder)
    decoded = _cache(config).filled(
        lambda: PictureFiles(
            [folder / "emoji" / "64" / image for image, _, _ in listed],
            [_GROUPS.index(group) for _, group, _ in listed],
            _GROUPS,
        )
    )
    fractions = (config.validation_fraction, config.test_fraction)
    parts = split_rows(decoded.labels, decoded.class_names, fractions=fractions, seed=config.split_seed)
    train, validation, test = (Split(RowsOf(decoded.images, rows), decoded.labels[rows], rows) for rows in parts)
    return Dataset(
        train,
        validation,
        test,
        decoded.class_names,
        thumbnails=SmallPictures(decoded.images),
        captions=[name for _, _, name in listed],
    )


def _listed(folder: Path) -> list[tuple[str, str, str]]:
    """File, group and name of every emoji that belongs to a group; without building blocks such as skin tones."""
    path = folder / "emoji" / "emoji.json"
    if not path.exists():
        raise DataError(PACKAGE.missing(folder, "emoji"))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(path: Path, changed: int) -> list[tuple[str, str, str]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [
            (Path(entry["image"]).name, entry["category"], str(entry["name"] or entry["short_name"]).lower())
            for entry in sorted(entries, key=lambda entry: entry["sort_order"])
            if entry["category"] in _GROUPS and entry["has_img_google"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} cannot be read: {error}; delete it and fetch emoji again") from error


def _cache(config: EmojiConfig) -> ImageCache:
    shape = (3, config.image_size, config.image_size)
    return ImageCache(Path(config.folder), "emoji", shape, {"package": PACKAGE.sha256})


def _pictures(config: EmojiConfig) -> ClassPictures | None:
    decoded = _cache(config).opened()
    if decoded is None:
        return None
    return ClassPictures.of(decoded.labels, decoded.class_names, SmallPictures(decoded.images))


def _facts(config: EmojiConfig) -> DataFacts:
    return DataFacts(
        _SAMPLES,
        len(_GROUPS),
        (3, config.image_size, config.image_size),
        "Apache-2.0 (images, Google Noto)",
        PACKAGE.origin,
        _GROUPS,
        checksum=PACKAGE.checksum,
    )


DATA_SETS.register(
    DataSpec(
        name="emoji",
        title="Emoji",
        summary="Color pictures of 1,906 emoji in the 9 groups of Unicode, such as food or animals; fetched once.",
        config=EmojiConfig,
        read=load_emoji,
        facts=_facts,
        bundled=False,
        package=PACKAGE,
        pictures=_pictures,
    )
)
