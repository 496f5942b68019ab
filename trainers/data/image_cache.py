"""Pictures decoded once: a uint8 array in a file beside the data, mapped into memory, so that no training decodes."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json, write_json
from trainers.data.progress import tell
from trainers.errors import DataError

CACHE_FOLDER = "decoded"
_FORMAT = 1
_STEP_BYTES = 2**23  # decoded between two notes of how far it is
_SPARE_BYTES = 2**28


class PictureSource(Protocol):
    """Pictures that are still to be decoded."""

    class_names: Sequence[str]
    train: int  # the first so many are the training split that comes with the data

    def __len__(self) -> int: ...

    def read(self, index: int, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint8], int]:
        """Picture ``[height, width]`` or ``[height, width, 3]`` and class index of one sample; safe in threads."""
        ...


@dataclass(frozen=True)
class DecodedPictures:
    """What lies in a cache.

    Attributes:
        images: uint8 ``[N, channels, height, width]``, a read-only mapped file.
        labels: int64 ``[N]``.
        class_names: name of every class.
        train: the first so many samples are the training split that comes with the data; N where there is none.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: list[str]
    train: int


class ImageCache:
    """The decoded pictures of one data set with certain settings.

    Args:
        folder: the data folder.
        name: of the data set.
        shape: channels, height and width of every decoded picture.
        identity: whatever else must be equal for the pictures to be the same.
    """

    def __init__(
        self, folder: Path, name: str, shape: tuple[int, int, int], identity: Mapping[str, Any] | None = None
    ) -> None:
        settings = json.dumps([_FORMAT, name, shape, dict(identity or {})], sort_keys=True)
        key = hashlib.sha256(settings.encode()).hexdigest()[:10]
        self.name, self.shape = name, shape
        self.place = folder.expanduser() / CACHE_FOLDER / f"{name}-{shape[1]}-{key}"

    def opened(self) -> DecodedPictures | None:
        """What is there already, or None."""
        try:
            about = read_json(self.place / "about.json")
            images = np.load(self.place / "images.npy", mmap_mode="r", allow_pickle=False)
            labels = np.load(self.place / "labels.npy", allow_pickle=False)
        except (UnreadableFileError, OSError, ValueError):
            return None
        return DecodedPictures(images, labels, [str(name) for name in about["class_names"]], int(about["train"]))

    def filled(self, open_source: Callable[[], PictureSource]) -> DecodedPictures:
        """What is there, decoded first if need be: by one process, going on where an earlier one was interrupted.

        Raises:
            DataError: the pictures cannot be read, or the disk has too little room for them.
        """
        found = self.opened()
        if found is not None:
            return found
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if self.opened() is None:
                    self._decode(open_source())
        except OSError as error:
            raise DataError(f"the decoded pictures of {self.name} cannot be stored: {error}") from error
        found = self.opened()
        if found is None:
            raise DataError(f"the decoded pictures in {self.place} are damaged; delete this folder")
        return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(f"{self.place}.lock")
        while not lock.is_locked:
            try:
                lock.acquire(timeout=1)
            except Timeout:
                tell(f"waiting for another run, which is decoding {self.name}")
        try:
            yield
        finally:
            lock.release()

    def _decode(self, source: PictureSource) -> None:
        partial = self.place.with_name(f"{self.place.name}.partial")
        shape = (len(source), *self.shape)
        _need_room(partial.parent, int(np.prod(shape)), self.name)
        read = functools.partial(source.read, shape=self.shape)
        step = max(1, _STEP_BYTES // int(np.prod(self.shape)))
        images, labels, done = _continued(partial, shape) or _begun(partial, shape)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for start in range(done, len(source), step):
                rows = range(start, min(start + step, len(source)))
                for row, (picture, label) in zip(rows, pool.map(read, rows), strict=True):
                    images[row] = picture[None] if picture.ndim == 2 else picture.transpose(2, 0, 1)
                    labels[row] = label
                for file in (images, labels):
                    file.flush()
                write_json(partial / "progress.json", {"done": rows.stop, "shape": list(shape)})
                tell(f"decoding pictures of {self.name}, once for all runs: {rows.stop:,} of {len(source):,}")
        write_json(partial / "about.json", {"class_names": list(source.class_names), "train": source.train})
        shutil.rmtree(self.place, ignore_errors=True)
        os.replace(partial, self.place)


def _continued(partial: Path, shape: tuple[int, ...]) -> tuple[np.memmap[Any, Any], np.memmap[Any, Any], int] | None:
    try:
        progress = read_json(partial / "progress.json")
        if progress["shape"] != list(shape):
            return None
        images = np.load(partial / "images.npy", mmap_mode="r+", allow_pickle=False)
        labels = np.load(partial / "labels.npy", mmap_mode="r+", allow_pickle=False)
    except (UnreadableFileError, OSError, ValueError, KeyError):
        return None
    return images, labels, int(progress["done"])


def _begun(partial: Path, shape: tuple[int, ...]) -> tuple[np.memmap[Any, Any], np.memmap[Any, Any], int]:
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    images = np.lib.format.open_memmap(partial / "images.npy", mode="w+", dtype=np.uint8, shape=shape)
    labels = np.lib.format.open_memmap(partial / "labels.npy", mode="w+", dtype=np.int64, shape=shape[:1])
    return images, labels, 0


def _need_room(folder: Path, needed: int, name: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise DataError(
            f"the decoded pictures of {name} need {needed / 1e9:.1f} GB, and {folder} has {free / 1e9:.1f} GB left; "
            "make room, or choose a smaller image size"
        )
