import numpy as np
import pytest
import torch

from trainers.memory import StepMemory
from trainers.probe import LinearProbe


@pytest.fixture
def clouds():
    """Embeddings of three overlapping classes, and their labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(240) % 3
    rows = rng.normal(size=(3, 5))[labels] * 3 + rng.normal(size=(240, 5)) * [1, 10, 1, 1, 0.1]
    return torch.tensor(rows, dtype=torch.float32), torch.from_numpy(labels)


def test_the_probe_guesses_what_scikit_learn_guesses(clouds):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, labels = clouds
    theirs = make_pipeline(StandardScaler(), LogisticRegression(C=1, tol=1e-6)).fit(rows[:160], labels[:160])
    probe = LinearProbe(rows[:160], labels[:160], 3)
    assert probe.accuracy(rows[160:], labels[160:]) == pytest.approx(theirs.score(rows[160:], labels[160:]), abs=1 / 80)


def test_the_probe_is_no_worse_for_embeddings_of_another_scale(clouds):
    rows, labels = clouds
    small, large = (LinearProbe(rows * scale, labels, 3).accuracy(rows * scale, labels) for scale in (1e-3, 1e3))
    assert small == large > 0.8


def test_a_constant_embedding_is_guessed_as_the_most_frequent_class():
    labels = torch.tensor([0, 1, 1, 1])
    assert LinearProbe(torch.ones(4, 2), labels, 2).accuracy(torch.ones(4, 2), labels) == 0.75


def test_step_memory_counts_what_is_alive_at_the_same_time():
    held = torch.zeros(1000)
    with StepMemory(torch.device("cpu")) as memory:
        first = held + 1
        second = first * 2
        del first
        third = second.view(10, 100) + 1  # a view is no new memory
        held += 1
    assert memory.peak_bytes == 2 * held.nbytes
    del second, third


def test_step_memory_sees_the_backward_pass():
    weight = torch.ones(1000, requires_grad=True)
    with StepMemory(torch.device("cpu")) as memory:
        (weight * 2).square().sum().backward()
    assert memory.peak_bytes >= 3 * weight.nbytes
