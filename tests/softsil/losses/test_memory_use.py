"""Peak memory by tracking allocations: what grows with N·C must not grow with N²."""

import pytest
import torch

from softsil import SoftSilhouetteLoss


@pytest.fixture
def peak(peak_bytes):
    """Bytes that the loss and its gradient take at most."""

    def of_batch(rows, classes, metric, size=16):
        x = torch.randn(rows, size, requires_grad=True)
        y = torch.arange(rows) % classes
        return peak_bytes(lambda: SoftSilhouetteLoss(metric)(x, y).backward())

    return of_batch


def test_the_counter_sees_what_lives_at_the_same_time(peak_bytes):
    def steps():
        kept = torch.ones(1000)
        for _ in range(5):
            kept = kept + 1  # the old and the new one live together, never more

    assert peak_bytes(steps) == 2 * 4000


@pytest.mark.parametrize("metric", ["cosine", "sqeuclidean"])
def test_peak_memory_grows_with_the_batch_not_with_its_square(peak, metric):
    assert peak(8000, 10, metric) < 5 * peak(2000, 10, metric)


@pytest.mark.parametrize("metric", ["cosine", "sqeuclidean"])
def test_peak_memory_is_a_few_matrices_of_samples_by_classes(peak, metric):
    rows, classes = 4000, 400
    assert peak(rows, classes, metric) < 4 * rows * classes * 4


def test_euclidean_blocks_stay_below_the_matrix_of_all_pairs(peak, monkeypatch):
    monkeypatch.setattr("softsil.losses._mean_distances.BLOCK_ELEMENTS", 100_000)
    rows = 2000
    assert peak(rows, 4, "euclidean", size=2) < rows * rows * 4 / 4
