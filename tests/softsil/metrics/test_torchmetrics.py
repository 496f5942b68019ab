"""Metrics against torchmetrics, where it has the same quantity."""

import pytest
import torch
from torchmetrics.functional.clustering import calinski_harabasz_score, davies_bouldin_score
from torchmetrics.functional.retrieval import (
    retrieval_average_precision,
    retrieval_hit_rate,
    retrieval_r_precision,
)

from softsil.metrics import calinski_harabasz, davies_bouldin, map_at_r, recall_at_k


@pytest.fixture(scope="module")
def batch():
    generator = torch.Generator().manual_seed(4)
    labels = torch.randint(-2, 3, (60,), generator=generator)
    centers = torch.randn(5, 6, generator=generator, dtype=torch.float64)
    return torch.randn(60, 6, generator=generator, dtype=torch.float64) + centers[labels + 2], labels


@pytest.fixture(scope="module")
def queries(batch):
    """For every sample, how near the others are (positive) and which of them are of its class."""
    embeddings, labels = batch
    unit = torch.nn.functional.normalize(embeddings)
    others = ~torch.eye(len(labels), dtype=torch.bool)
    near, same = 2 + unit @ unit.T, labels[:, None] == labels
    return [(near[i][others[i]], same[i][others[i]]) for i in range(len(labels))]


def mean(values):
    return torch.stack(list(values)).mean().item()


def test_calinski_harabasz_is_theirs(batch):
    assert calinski_harabasz(*batch) == pytest.approx(calinski_harabasz_score(*batch).item(), rel=1e-6)


def test_davies_bouldin_is_theirs(batch):
    assert davies_bouldin(*batch) == pytest.approx(davies_bouldin_score(*batch).item(), rel=1e-6)


@pytest.mark.parametrize("k", [1, 3])
def test_recall_at_k_is_their_hit_rate(batch, queries, k):
    expected = mean(retrieval_hit_rate(near, same, top_k=k) for near, same in queries)
    assert recall_at_k(*batch, k) == pytest.approx(expected, rel=1e-6)


def test_map_at_r_is_their_average_precision_among_r_times_r_precision(batch, queries):
    expected = mean(
        retrieval_average_precision(near, same, top_k=int(same.sum())) * retrieval_r_precision(near, same)
        for near, same in queries
    )
    assert map_at_r(*batch) == pytest.approx(expected, rel=1e-6)
