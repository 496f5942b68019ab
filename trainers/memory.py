"""How much memory one training step needs beyond what is held between steps."""

from __future__ import annotations

import weakref
from types import TracebackType
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class StepMemory:
    """Peak of the tensors that are made within the block and alive at the same time; a context manager.

    On a graphics card the allocator counts; on the processor, which has no such counter, every tensor that an operation
    makes is followed until it is freed. Scratch space inside an operation is not seen on the processor.

    Args:
        device: where the block computes.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._follower = _Follower()
        self._before = 0
        self.peak_bytes = 0

    def __enter__(self) -> StepMemory:
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
            self._before = torch.cuda.memory_allocated(self._device)
        else:
            self._follower.__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._device.type == "cuda":
            self.peak_bytes = torch.cuda.max_memory_allocated(self._device) - self._before
        else:
            self._follower.__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
            self.peak_bytes = self._follower.peak


class _Follower(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of the storages that operations make, until each is freed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._alive: set[int] = set()
        self._bytes = 0
        self.peak = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = {_address(leaf) for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor) and (address := _address(leaf)) not in given | self._alive:
                self._follow(leaf.untyped_storage(), address)
        return result

    def _follow(self, storage: torch.UntypedStorage, address: int) -> None:
        size = storage.nbytes()
        self._alive.add(address)
        self._bytes += size
        self.peak = max(self.peak, self._bytes)
        weakref.finalize(storage, self._forget, address, size)

    def _forget(self, address: int, size: int) -> None:
        self._alive.discard(address)
        self._bytes -= size


def _address(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)
