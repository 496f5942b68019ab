"""The memory bound that a caller sets, by tracking allocations."""

from functools import partial

import pytest
import torch

from softsil.metrics import knn_accuracy, map_at_r, recall_at_k, silhouette_samples, uniformity

CLASSES = 4
PAIRWISE = {
    "k-NN accuracy": knn_accuracy,
    "k-NN accuracy, Euclidean": partial(knn_accuracy, metric="euclidean"),
    "k-NN accuracy of very many neighbors": partial(knn_accuracy, k=900),
    "recall": recall_at_k,
    "recall among very many": partial(recall_at_k, k=900),
    "MAP@R": map_at_r,  # R is a quarter of all samples
    "uniformity": lambda x, y, max_megabytes: uniformity(x, max_megabytes=max_megabytes),
    "Euclidean silhouettes": partial(silhouette_samples, metric="euclidean"),
}


def batch(rows, size):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(rows, size, generator=generator), torch.arange(rows) % CLASSES


@pytest.mark.parametrize("name", PAIRWISE)
def test_blocks_of_pairs_keep_to_the_bound_and_copies_of_the_data_come_on_top(peak_bytes, name):
    x, y = batch(1500, 4)
    peak = peak_bytes(lambda: PAIRWISE[name](x, y, max_megabytes=1))
    assert peak < 1e6 + 8 * (x.nbytes + y.nbytes)


@pytest.mark.parametrize("metric", ["cosine", "sqeuclidean"])
def test_closed_form_silhouettes_copy_no_more_of_the_data_than_the_bound(peak_bytes, metric):
    x, y = batch(8000, 64)
    peak = peak_bytes(lambda: silhouette_samples(x, y, metric, max_megabytes=0.5))
    assert peak < 0.5e6 + 12 * y.nbytes  # a few numbers about every row
