"""Where the inputs of a split lie while a network trains, and how a batch of them reaches it."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainers.data.dataset import Inputs

# Inputs that need more of a graphics card's free memory than this stay outside it; every batch is copied over.
SHARE_OF_FREE_MEMORY = 0.25
# What a network reads at once where nothing is learned: enough samples to be quick, few enough pixels to fit.
LARGEST_BATCH, LARGEST_BATCH_BYTES = 2048, 2**26


# Batches read while the network computes; more would only take memory.
READ_AHEAD = 2


def batch_within_memory(shape: tuple[int, ...]) -> int:
    """How many float32 inputs of a shape to read at once where no gradients are kept."""
    return max(1, min(LARGEST_BATCH, LARGEST_BATCH_BYTES // (4 * math.prod(shape))))


def as_float(batch: Tensor) -> Tensor:
    """float32 values as they are; uint8 images in [0, 1], where the batch lies.

    Args:
        batch: float32 or uint8 of any shape.
    """
    return batch.float() / 255 if batch.dtype == torch.uint8 else batch


class PlacedInputs:
    """The inputs of one split, on the device where they fit, else where they are: in memory or in a mapped file.

    Args:
        inputs: float32 ``[n, …]`` or uint8 ``[n, channels, height, width]``.
        device: where the network is.
    """

    def __init__(self, inputs: Inputs, device: torch.device) -> None:
        self._device = device
        self._outside = inputs
        in_memory = isinstance(inputs, np.ndarray) and not isinstance(inputs, np.memmap)
        self._here: Tensor | None = None
        if device.type == "cpu" and in_memory:
            self._here = torch.from_numpy(inputs)
        elif device.type == "cuda" and inputs.nbytes <= SHARE_OF_FREE_MEMORY * torch.cuda.mem_get_info(device)[0]:
            self._here = self._sent(np.asarray(inputs))

    def __len__(self) -> int:
        return len(self._outside)

    def batches(self, rows: Sequence[NDArray[np.int64]]) -> Feed:
        """The samples at each of ``rows``, in this order, as they are stored: on the device, read ahead if need be."""
        return Feed(self, rows)

    @property
    def is_here(self) -> bool:
        """Whether they lie on the device."""
        return self._here is not None

    def read(self, rows: NDArray[np.int64]) -> Tensor:
        """The samples at ``rows``, from where they are: ``[len(rows), …]``, float32 or uint8."""
        if self._here is not None:
            return self._here[torch.from_numpy(rows).to(self._device, non_blocking=True)]
        values = torch.from_numpy(np.ascontiguousarray(self._outside[rows]))
        return values.pin_memory() if self._device.type == "cuda" else values

    def send(self, batch: Tensor) -> Tensor:
        """What :meth:`read` returned, on the device."""
        return batch.to(self._device, non_blocking=True)

    def chunks(self, size: int) -> Iterator[Tensor]:
        """All samples in order, float32 on the device, at most ``size`` at a time."""
        for start in range(0, len(self), size):
            piece = slice(start, start + size)
            yield as_float(self._sent(self._outside[piece]) if self._here is None else self._here[piece])

    def _sent(self, values: NDArray[Any]) -> Tensor:
        if self._device.type == "cpu":
            return torch.from_numpy(values if values.flags.writeable else values.copy())
        return torch.from_numpy(np.ascontiguousarray(values)).pin_memory().to(self._device, non_blocking=True)


class Feed:
    """The batches of an epoch, one after the other; a thread reads ahead what does not lie on the device.

    Args:
        inputs: of the split.
        rows: of each batch.

    Attributes:
        waited: seconds that whoever iterates has waited for data so far.
    """

    def __init__(self, inputs: PlacedInputs, rows: Sequence[NDArray[np.int64]]) -> None:
        self._inputs, self._rows = inputs, rows
        self.waited = 0.0

    def __iter__(self) -> Iterator[Tensor]:
        batches = self._direct() if self._inputs.is_here else self._ahead()
        while True:
            started = time.monotonic()
            try:
                batch = next(batches)
            except StopIteration:
                return
            self.waited += time.monotonic() - started
            yield batch

    def _direct(self) -> Iterator[Tensor]:
        yield from map(self._inputs.read, self._rows)

    def _ahead(self) -> Iterator[Tensor]:
        with ThreadPoolExecutor(max_workers=1) as reader:
            coming: deque[Future[Tensor]] = deque()
            for rows in self._rows:
                coming.append(reader.submit(self._inputs.read, rows))
                if len(coming) > READ_AHEAD:
                    yield self._inputs.send(coming.popleft().result())
            while coming:
                yield self._inputs.send(coming.popleft().result())
