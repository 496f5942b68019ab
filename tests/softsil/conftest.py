"""Fixtures of the library's tests: what a computation holds in memory at most."""

import gc
import weakref

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class PeakBytes(TorchDispatchMode):
    """Counts the bytes of all storages that operations made and that still live; keeps the largest sum seen."""

    def __init__(self):
        super().__init__()
        self.live, self.peak, self.sizes = 0, 0, {}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self._watch((args, kwargs), counted=False)  # what was there before
        result = function(*args, **(kwargs or {}))
        self._watch(result, counted=True)
        return result

    def _watch(self, tensors, counted):
        for storage in [leaf.untyped_storage() for leaf in tree_leaves(tensors) if isinstance(leaf, torch.Tensor)]:
            key = storage._cdata
            if key not in self.sizes:
                self.sizes[key] = storage.nbytes() if counted else 0
                self.live += self.sizes[key]
                self.peak = max(self.peak, self.live)
                weakref.finalize(storage, self._forget, key)

    def _forget(self, key):
        self.live -= self.sizes.pop(key, 0)


@pytest.fixture(scope="session")
def peak_bytes():
    """Calls a function and says how many bytes of tensors lived at most."""

    def peak(function):
        gc.collect()
        with PeakBytes() as memory:
            function()
        return memory.peak

    return peak
