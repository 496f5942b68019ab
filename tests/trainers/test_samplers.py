import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.samplers.registry import SAMPLERS


def batches(name, labels, batch_size, seed=0, **settings):
    spec = SAMPLERS.get(name)
    return spec.batches(spec.config(**settings), np.asarray(labels), batch_size, np.random.default_rng(seed))


@given(count=st.integers(2, 300), batch_size=st.integers(2, 64))
def test_shuffled_batches_hold_every_sample_once_and_never_a_single_one(count, batch_size):
    drawn = batches("shuffled", np.zeros(count), batch_size)
    assert sorted(np.concatenate(drawn).tolist()) == list(range(count))
    assert min(map(len, drawn)) >= 2


@given(
    labels=st.lists(st.integers(0, 6), min_size=8, max_size=200).filter(lambda values: len(set(values)) > 1),
    per_class=st.integers(2, 10),
    batch_size=st.integers(4, 60),
)
def test_balanced_batches_hold_equally_many_samples_of_at_least_two_classes(labels, per_class, batch_size):
    for rows in batches("class_balanced", labels, batch_size, samples_per_class=per_class):
        _, counts = np.unique(np.asarray(labels)[rows], return_counts=True)
        assert len(counts) >= 2
        assert set(counts.tolist()) == {per_class}


@pytest.mark.parametrize("name", SAMPLERS.names())
def test_the_seed_decides_the_batches(name):
    labels = np.arange(100) % 5
    first, again, other = (np.concatenate(batches(name, labels, 20, seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
