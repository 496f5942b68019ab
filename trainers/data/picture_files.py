"""Picture files whose classes are known, as a source to decode."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainers.pictures import read_picture


class PictureFiles:
    """Files that Pillow reads.

    Args:
        paths: the files.
        labels: class index of each.
        class_names: name of every class.
    """

    def __init__(self, paths: Sequence[Path], labels: Sequence[int], class_names: Sequence[str]) -> None:
        self.paths, self.labels, self.class_names = paths, labels, class_names
        self.train = len(paths)

    def __len__(self) -> int:
        return len(self.paths)

    def read(self, index: int, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint8], int]:
        """The picture as uint8 ``[height, width]`` or ``[height, width, 3]``, and its class index.

        Raises:
            DataError: the file is damaged or no picture; the message names it.
        """
        return read_picture(self.paths[index], shape)[0], self.labels[index]

    def stamp(self) -> str:
        """Changes when a file is added, removed, renamed or written again."""
        digest = hashlib.sha256()
        for path, label in zip(self.paths, self.labels, strict=True):
            about = path.stat()
            digest.update(f"{path}\0{label}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
        return digest.hexdigest()
