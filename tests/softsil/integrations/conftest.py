import pytest
import torch
from torch import nn

from softsil.runs.reader import list_runs


@pytest.fixture
def points():
    """Forty points of four classes in eight dimensions, and their labels."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(40) % 4
    return torch.randn(40, 8, generator=generator) + 3 * nn.functional.one_hot(labels, 8), labels


@pytest.fixture
def recorded(tmp_path):
    """The one run that was recorded."""

    def find():
        (reader,) = list_runs(tmp_path)
        return reader

    return find
