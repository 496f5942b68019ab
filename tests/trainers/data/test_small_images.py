"""Sets of small images, read from tiny folders in their true on-disk format."""

import pickle
import struct

import numpy as np
import pytest
import scipy.io
from torchvision import datasets

from trainers.config import TrainingConfig
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError

RNG = np.random.default_rng(0)


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


def write_mnist(root, loader):
    raw = root / loader / "raw"
    raw.mkdir(parents=True)
    for name, count in (("train", 200), ("t10k", 50)):
        write_idx(raw / f"{name}-images-idx3-ubyte", RNG.integers(0, 256, (count, 28, 28)))
        write_idx(raw / f"{name}-labels-idx1-ubyte", np.arange(count) % 10)


def write_cifar(root, loader):
    folder = root / loader.base_folder
    folder.mkdir()
    classes = 100 if loader is datasets.CIFAR100 else 10
    for name, _ in loader.train_list + loader.test_list:
        labels = (np.arange(400) % classes).tolist()
        batch = {"data": RNG.integers(0, 256, (400, 3072), dtype=np.uint8), "labels": labels, "fine_labels": labels}
        (folder / name).write_bytes(pickle.dumps(batch))
    names = [f"thing {index}" for index in range(classes)]
    (folder / loader.meta["filename"]).write_bytes(pickle.dumps({loader.meta["key"]: names}))


def write_svhn(root):
    (root / "svhn").mkdir()
    for name, count in (("train", 200), ("test", 50)):
        pictures = RNG.integers(0, 256, (32, 32, 3, count), dtype=np.uint8)
        labels = (np.arange(count) % 10 + 1)[:, None]  # the files call zero 10
        scipy.io.savemat(root / "svhn" / f"{name}_32x32.mat", {"X": pictures, "y": labels})


def write_stl10(root):
    folder = root / "stl10_binary"
    folder.mkdir()
    for name, count in (("train", 100), ("test", 20)):
        RNG.integers(0, 256, (count, 3, 96, 96), dtype=np.uint8).tofile(folder / f"{name}_X.bin")
        (np.arange(count) % 10 + 1).astype(np.uint8).tofile(folder / f"{name}_y.bin")


WRITERS = {
    "mnist": lambda root: write_mnist(root, "MNIST"),
    "fashion_mnist": lambda root: write_mnist(root, "FashionMNIST"),
    "kmnist": lambda root: write_mnist(root, "KMNIST"),
    "cifar10": lambda root: write_cifar(root, datasets.CIFAR10),
    "cifar100": lambda root: write_cifar(root, datasets.CIFAR100),
    "svhn": write_svhn,
    "stl10": write_stl10,
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    # The MD5 sums that torchvision checks are those of the real files.
    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda *given: True)
    monkeypatch.setattr("torchvision.datasets.svhn.check_integrity", lambda *given: True)
    monkeypatch.setattr("torchvision.datasets.stl10.check_integrity", lambda *given: True)

    def load(name, **settings):
        if not any(tmp_path.iterdir()):
            WRITERS[name](tmp_path)
        spec = DATA_SETS.get(name)
        return spec.load(spec.config(folder=str(tmp_path), **{"samples": 100, **settings}))

    return load


@pytest.mark.parametrize("name", WRITERS)
def test_every_set_is_read_in_its_own_format(load, name):
    data = load(name, samples=1_000_000)
    facts = DATA_SETS.get(name).facts(DATA_SETS.get(name).config())
    assert data.input_shape == facts.input_shape
    assert len(data.class_names) == facts.classes
    assert np.asarray(data.train.inputs).dtype == np.uint8


def test_pictures_keep_their_classes(load, tmp_path):
    data = load("fashion_mnist")
    theirs = datasets.FashionMNIST(tmp_path, train=True)
    for split in (data.train, data.validation):
        np.testing.assert_array_equal(np.asarray(split.inputs)[:, 0], theirs.data[split.ids])
        np.testing.assert_array_equal(split.labels, theirs.targets[split.ids])


def test_as_many_of_every_class_are_used(load):
    data = load("mnist")
    used = np.concatenate([data.train.labels, data.validation.labels])
    assert np.bincount(used).tolist() == [10] * 10


def test_train_and_validation_share_no_image(load):
    data = load("mnist")
    assert not set(data.train.ids) & set(data.validation.ids)


def test_test_is_the_official_test_split(load, tmp_path):
    test = load("mnist").test
    np.testing.assert_array_equal(np.asarray(test.inputs)[:, 0], datasets.MNIST(tmp_path, train=False).data)


def test_zero_is_zero_in_house_numbers(load, tmp_path):
    data = load("svhn", samples=1000)
    assert data.test.labels[:10].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_thumbnails_show_the_sample_of_their_id(load):
    data = load("cifar10")
    shown = data.thumbnails[data.test.ids[:5]]
    np.testing.assert_array_equal(shown, np.asarray(data.test.inputs[:5]).transpose(0, 2, 3, 1))


def test_class_names_of_cifar_100_come_from_its_files(load):
    assert load("cifar100").class_names[:2] == ["thing 0", "thing 1"]


def test_missing_files_without_a_network_say_what_to_put_where(tmp_path, monkeypatch):
    def offline(self):
        raise OSError("no network")

    monkeypatch.setattr(datasets.FashionMNIST, "download", offline)
    spec = DATA_SETS.get("fashion_mnist")
    with pytest.raises(DataError, match=r"could not be downloaded \(no network\); put there: FashionMNIST/raw/"):
        spec.load(spec.config(folder=str(tmp_path)))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "kmnist", "cifar10", "cifar100", "svhn"])
def test_a_run_can_be_planned_before_anything_is_downloaded(name):
    config = TrainingConfig(data={"name": name}, encoder={"name": "cnn"})
    spec, settings = config.data_entry
    assert spec.train_samples(settings) == 7500


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("cifar10", datasets.CIFAR10.tgz_md5),
        ("cifar100", datasets.CIFAR100.tgz_md5),
        ("stl10", datasets.STL10.tgz_md5),
        ("food101", datasets.Food101._MD5),
        ("flowers102", datasets.Flowers102._file_dict["image"][1]),
        ("oxford_pets", datasets.OxfordIIITPet._RESOURCES[0][1]),
    ],
)
def test_the_checksum_that_is_shown_is_the_one_that_is_checked(name, theirs):
    spec = DATA_SETS.get(name)
    assert spec.facts(spec.config()).checksum == f"MD5 {theirs}"
