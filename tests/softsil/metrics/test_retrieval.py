"""Neighbour metrics against loops and scikit-learn."""

import math

import numpy as np
import pytest
import torch
from pytorch_metric_learning.distances import CosineSimilarity, LpDistance
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.inference import CustomKNN
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from softsil.metrics import knn_accuracy, map_at_r, recall_at_k


@pytest.fixture
def data():
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 4, 70)
    labels[0] = 9  # alone in its class
    return rng.normal(size=(70, 4)) + rng.normal(size=(10, 4))[labels], labels


def ranking(x, metric):
    """Other samples of each sample, nearest first."""
    if metric == "cosine":
        x = x / np.linalg.norm(x, axis=1, keepdims=True)
    distances = ((x[:, None] - x) ** 2).sum(2)
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(1)[:, :-1]


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("k", [1, 5])
def test_votes_of_two_classes_equal_scikit_learns_leave_one_out(data, metric, k):
    x, y = data[0], data[1] % 2  # two classes and an odd number of votes: no ties, which scikit-learn settles otherwise
    model = KNeighborsClassifier(k, metric=metric)
    expected = np.mean(cross_val_predict(model, x, y, cv=LeaveOneOut()) == y)
    assert knn_accuracy(x, y, k=k, metric=metric) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("metric", "distance"), [("cosine", CosineSimilarity()), ("euclidean", LpDistance(normalize_embeddings=False))]
)
def test_recall_and_map_equal_pytorch_metric_learnings(data, metric, distance):
    x, y = (torch.from_numpy(values) for values in data)
    names = ("precision_at_1", "mean_average_precision_at_r")
    calculator = AccuracyCalculator(names, k="max_bin_count", device=torch.device("cpu"), knn_func=CustomKNN(distance))
    expected = calculator.get_accuracy(x, y)
    assert recall_at_k(x, y, 1, metric) == pytest.approx(expected["precision_at_1"])
    assert map_at_r(x, y, metric) == pytest.approx(expected["mean_average_precision_at_r"])


def test_a_tie_goes_to_the_class_with_the_nearest_member():
    x = torch.tensor([[0.0], [1.0], [-2.0], [50.0]])
    assert knn_accuracy(x, [0, 0, 1, 1], k=2, metric="euclidean") == 0.5


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("k", [1, 4])
@pytest.mark.parametrize("max_megabytes", [256, 0.001])
def test_recall_equals_a_loop_in_any_block_size(data, metric, k, max_megabytes):
    x, y = data
    hits = [any(y[j] == y[i] for j in row[:k]) for i, row in enumerate(ranking(x, metric)) if (y == y[i]).sum() > 1]
    assert recall_at_k(x, y, k, metric, max_megabytes=max_megabytes) == pytest.approx(np.mean(hits))


def average_precision(row, labels, own):
    members = int((labels == own).sum()) - 1
    hits = [labels[j] == own for j in row[:members]]
    return sum(np.mean(hits[: i + 1]) for i, hit in enumerate(hits) if hit) / members


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("max_megabytes", [256, 0.001])
def test_map_at_r_equals_a_loop_in_any_block_size(data, metric, max_megabytes):
    x, y = data
    rows = ranking(x, metric)
    expected = [average_precision(rows[i], y, y[i]) for i in range(70) if (y == y[i]).sum() > 1]
    assert map_at_r(x, y, metric, max_megabytes=max_megabytes) == pytest.approx(np.mean(expected))


def test_separated_classes_score_one_everywhere():
    x, y = torch.eye(3).repeat(4, 1), torch.arange(3).repeat(4)
    assert (knn_accuracy(x, y, 3), recall_at_k(x, y), map_at_r(x, y)) == (1, 1, 1)


def test_without_a_second_member_anywhere_there_is_nothing_to_recall():
    x = torch.randn(3, 2, generator=torch.Generator().manual_seed(0))
    assert math.isnan(recall_at_k(x, [0, 1, 2]))
    assert math.isnan(map_at_r(x, [0, 1, 2]))


@pytest.mark.parametrize("k", [0, 70])
def test_k_out_of_range_is_refused(data, k):
    with pytest.raises(ValueError, match="k must be at least 1 and below the 70 samples"):
        knn_accuracy(*data, k=k)


def test_an_unknown_metric_is_refused(data):
    with pytest.raises(ValueError, match="cosine or euclidean, got 'l1'"):
        recall_at_k(*data, metric="l1")
