import numpy as np
import pytest

from trainers.data.dataset import split_by_class
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError


@pytest.fixture(scope="module", params=[spec.name for spec in DATA_SETS if spec.bundled])
def entry(request):
    spec = DATA_SETS.get(request.param)
    return spec, spec.config(), spec.load(spec.config())


def test_the_facts_are_what_loading_gives(entry):
    spec, config, data = entry
    facts = spec.facts(config)
    assert sum(map(len, (data.train, data.validation, data.test))) == facts.samples
    assert (len(data.class_names), data.input_shape) == (facts.classes, facts.input_shape)
    assert abs(spec.train_samples(config) - len(data.train)) <= facts.classes


def test_the_splits_share_no_sample(entry):
    data = entry[2]
    ids = np.concatenate([data.train.ids, data.validation.ids, data.test.ids])
    assert len(np.unique(ids)) == len(ids)


def test_every_class_is_in_every_split_in_proportion(entry):
    data = entry[2]
    classes = len(data.class_names)
    shares = [
        np.bincount(part.labels, minlength=classes) / len(part) for part in (data.train, data.validation, data.test)
    ]
    assert np.abs(shares[0] - shares[1]).max() < 0.02
    assert np.abs(shares[0] - shares[2]).max() < 0.02


def test_loading_twice_gives_the_same_split(entry):
    spec, config, data = entry
    np.testing.assert_array_equal(spec.load(config).train.ids, data.train.ids)


def test_another_split_seed_gives_another_split(entry):
    spec, _, data = entry
    other = spec.load(spec.config(split_seed=1))
    assert not np.array_equal(other.train.ids, data.train.ids)


def test_the_watched_sample_is_held_out_and_fair_to_every_class(entry):
    data = entry[2]
    watched = data.watched(100)
    assert len(watched) == 100
    assert set(watched.ids) <= set(data.validation.ids)
    counts = np.bincount(watched.labels, minlength=len(data.class_names))
    assert counts.max() - counts.min() <= 3


def test_digits_are_those_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    theirs = datasets.load_digits()
    spec = DATA_SETS.get("digits")
    test = spec.load(spec.config()).test
    np.testing.assert_array_equal(test.inputs[:, 0] * 16, theirs.images[test.ids])
    np.testing.assert_array_equal(test.labels, theirs.target[test.ids])


def test_a_class_with_one_sample_is_named():
    labels = np.array([0] * 10 + [1])
    with pytest.raises(DataError, match=r"class 'rare' has 1 sample\(s\); every class needs at least 4"):
        split_by_class(np.zeros((11, 2), np.float32), labels, ["common", "rare"], fractions=(0.25, 0.25), seed=0)
