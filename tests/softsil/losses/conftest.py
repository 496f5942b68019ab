"""Fixtures of the loss tests: batches, and the formulas as plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch


def distance(x, y, metric):
    if metric == "cosine":
        length = np.linalg.norm(x) * np.linalg.norm(y)
        return 1 - (x @ y / length if length else 0.0)
    return float(np.sum((x - y) ** 2)) ** (1 if metric == "sqeuclidean" else 0.5)


def mean_distance(x, i, members, metric):
    others = [j for j in members if j != i]
    return np.mean([distance(x[i], x[j], metric) for j in others]) if others else math.nan


@pytest.fixture(scope="session")
def loop_losses():
    """1 − soft silhouette of every sample, as the method page writes it; NaN where undefined."""

    def losses(x, y, metric="cosine", temperature=0.1, soft_min="normalized"):
        t, members = temperature, {c: np.flatnonzero(y == c) for c in set(y)}
        result = np.full(len(y), math.nan)
        for i, own in enumerate(y):
            intra = mean_distance(x, i, members[own], metric)
            inter = [mean_distance(x, i, members[c], metric) for c in members if c != own]
            if math.isnan(intra) or not inter:
                continue
            competing = len(inter) if soft_min == "normalized" else 1
            nearest = -t * math.log(sum(math.exp(-d / t) for d in inter) / competing)
            result[i] = 1 - (nearest - intra) / (t * math.log(math.exp(intra / t) + math.exp(nearest / t)))
        return result

    return losses


@pytest.fixture(scope="session")
def batch():
    """40 embeddings in float64 with labels of any value, one of them alone in its class."""
    generator = torch.Generator().manual_seed(11)
    labels = torch.tensor([-7, 3, 3000, 12])[torch.randint(0, 4, (40,), generator=generator)]
    labels[5] = 99
    return torch.randn(40, 6, generator=generator, dtype=torch.float64), labels
