"""torchvision's small-image sets, read from tiny folders in their true on-disk format."""

import struct

import numpy as np
import pytest
from torchvision import datasets

from trainers.config import TrainingConfig
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, count in (("train", 200), ("t10k", 50)):
        write_idx(raw / f"{name}-images-idx3-ubyte", rng.integers(0, 256, (count, 28, 28)))
        write_idx(raw / f"{name}-labels-idx1-ubyte", np.arange(count) % 10)
    return tmp_path


@pytest.fixture
def data(folder):
    spec = DATA_SETS.get("fashion_mnist")
    return spec.load(spec.config(folder=str(folder), samples=100))


def test_as_many_of_every_class_are_used(data):
    used = np.concatenate([data.train.labels, data.validation.labels])
    assert np.bincount(used).tolist() == [10] * 10


def test_train_and_validation_share_no_image(data):
    assert not set(data.train.ids) & set(data.validation.ids)


def test_test_is_the_official_test_split(data):
    assert len(data.test) == 50


def test_inputs_are_the_pictures_in_unit_range(data):
    np.testing.assert_allclose(data.train.inputs[:, 0] * 255, data.thumbnails[data.train.ids], atol=1e-3)


def test_missing_files_without_a_network_say_what_to_put_where(tmp_path, monkeypatch):
    def offline(self):
        raise OSError("no network")

    monkeypatch.setattr(datasets.FashionMNIST, "download", offline)
    spec = DATA_SETS.get("fashion_mnist")
    with pytest.raises(DataError, match=r"could not be downloaded \(no network\); put there: FashionMNIST/raw/"):
        spec.load(spec.config(folder=str(tmp_path)))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "kmnist", "cifar10"])
def test_a_run_can_be_planned_before_anything_is_downloaded(name):
    config = TrainingConfig(data={"name": name}, encoder={"name": "cnn"})
    spec, settings = config.data_entry
    assert spec.train_samples(settings) == 7500
