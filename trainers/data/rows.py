"""Some rows of an array that may be larger than memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class RowsOf:
    """Some rows of an array, read when they are asked for: the array may be a mapped file larger than memory.

    Args:
        array: ``[N, …]``.
        rows: ``[n]`` positions in ``array``.
    """

    def __init__(self, array: NDArray[Any], rows: NDArray[np.int64]) -> None:
        self._array, self._rows = array, rows
        self.shape: tuple[int, ...] = (len(rows), *array.shape[1:])
        self.dtype = array.dtype

    @property
    def nbytes(self) -> int:
        """Bytes that all rows together would take in memory."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        return np.asarray(self._array[self._rows[index]])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self._array[self._rows], dtype=dtype)
