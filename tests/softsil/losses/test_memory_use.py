"""Peak memory by tracking allocations: what grows with N·C must not grow with N²."""

import gc
import weakref

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from softsil import SoftSilhouetteLoss


class PeakBytes(TorchDispatchMode):
    """Counts the bytes of all storages that operations made and that still live; keeps the largest sum seen."""

    def __init__(self):
        super().__init__()
        self.live, self.peak, self.sizes = 0, 0, {}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple | list) else (result,):
            if isinstance(tensor, torch.Tensor):
                self._watch(tensor.untyped_storage())
        return result

    def _watch(self, storage):
        key = storage._cdata
        if key in self.sizes:
            return
        self.sizes[key] = storage.nbytes()
        self.live += storage.nbytes()
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._forget, key)

    def _forget(self, key):
        self.live -= self.sizes.pop(key, 0)


def peak_bytes(rows, classes, metric, size=16):
    x = torch.randn(rows, size, requires_grad=True)
    y = torch.arange(rows) % classes
    gc.collect()
    with PeakBytes() as memory:
        SoftSilhouetteLoss(metric)(x, y).backward()
    return memory.peak


def test_the_counter_sees_what_lives_at_the_same_time():
    with PeakBytes() as memory:
        kept = torch.ones(1000)
        for _ in range(5):
            kept = kept + 1  # the old and the new one live together, never more
    assert memory.peak == 2 * 4000


@pytest.mark.parametrize("metric", ["cosine", "sqeuclidean"])
def test_peak_memory_grows_with_the_batch_not_with_its_square(metric):
    assert peak_bytes(8000, 10, metric) < 5 * peak_bytes(2000, 10, metric)


@pytest.mark.parametrize("metric", ["cosine", "sqeuclidean"])
def test_peak_memory_is_a_few_matrices_of_samples_by_classes(metric):
    rows, classes = 4000, 400
    assert peak_bytes(rows, classes, metric) < 4 * rows * classes * 4


def test_euclidean_blocks_stay_below_the_matrix_of_all_pairs(monkeypatch):
    monkeypatch.setattr("softsil.losses._mean_distances.BLOCK_ELEMENTS", 100_000)
    rows = 2000
    assert peak_bytes(rows, 4, "euclidean", size=2) < rows * rows * 4 / 4
