"""Sets of photographs, read from tiny folders in their true on-disk format."""

import json

import numpy as np
import pytest
import scipy.io
from PIL import Image

from trainers.data.registry import DATA_SETS
from trainers.errors import DataError

COLORS = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]


def picture(path, color, size=(40, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)


def write_cars(root):
    base = root / "stanford_cars"
    (base / "devkit").mkdir(parents=True)
    scipy.io.savemat(
        base / "devkit" / "cars_meta.mat", {"class_names": np.array([[f"Car {i}" for i in range(3)]], dtype=object)}
    )
    for folder, annotations in (("train", "devkit/cars_train_annos.mat"), ("test", "cars_test_annos_withlabels.mat")):
        rows = []
        for index in range(12):
            picture(base / f"cars_{folder}" / f"{index:05d}.jpg", COLORS[index % 3])
            rows.append((1, 1, 2, 2, index % 3 + 1, f"{index:05d}.jpg"))
        fields = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname"]
        scipy.io.savemat(
            base / annotations, {"annotations": np.array([rows], dtype=[(name, object) for name in fields])}
        )


def write_caltech101(root):
    base = root / "caltech101" / "101_ObjectCategories"
    (base / "BACKGROUND_Google").mkdir(parents=True)
    for label, name in enumerate(["accordion", "ant", "yin_yang"]):
        for index in range(1, 9):
            picture(base / name / f"image_{index:04d}.jpg", COLORS[label])


def write_caltech256(root):
    base = root / "caltech256" / "256_ObjectCategories"
    for label, name in enumerate(["001.ak47", "002.american-flag", "003.bat", "257.clutter"]):
        for index in range(1, 9):
            picture(base / name / f"{label + 1:03d}_{index:04d}.jpg", COLORS[label % 3])


def write_aircraft(root):
    data = root / "fgvc-aircraft-2013b" / "data"
    data.mkdir(parents=True)
    (data / "variants.txt").write_text("707-320\n727-200\nA300B4\n")
    for part in ("trainval", "test"):
        lines = []
        for index in range(12):
            name = f"{part}{index:03d}"
            picture(data / "images" / f"{name}.jpg", COLORS[index % 3])
            lines.append(f"{name} {['707-320', '727-200', 'A300B4'][index % 3]}\n")
        (data / f"images_variant_{part}.txt").write_text("".join(lines))


def write_flowers(root):
    base = root / "flowers-102"
    base.mkdir()
    labels = np.arange(24) % 3 + 1
    for index, label in enumerate(labels, start=1):
        picture(base / "jpg" / f"image_{index:05d}.jpg", COLORS[label - 1])
    scipy.io.savemat(base / "imagelabels.mat", {"labels": labels[None]})
    ids = np.arange(1, 25)
    scipy.io.savemat(base / "setid.mat", {"trnid": ids[:6], "valid": ids[6:12], "tstid": ids[12:]})


def write_pets(root):
    base = root / "oxford-iiit-pet"
    (base / "annotations").mkdir(parents=True)
    for part in ("trainval", "test"):
        lines = []
        for index in range(12):
            kind = ["Abyssinian", "basset_hound", "Bombay"][index % 3]
            picture(base / "images" / f"{kind}_{part}{index}.jpg", COLORS[index % 3])
            lines.append(f"{kind}_{part}{index} {index % 3 + 1} {1 + index % 2} 1\n")
        (base / "annotations" / f"{part}.txt").write_text("".join(lines))


def write_food(root):
    base = root / "food-101"
    (base / "meta").mkdir(parents=True)
    for part in ("train", "test"):
        listed = {}
        for label, name in enumerate(["apple_pie", "baklava", "waffles"]):
            listed[name] = [f"{name}/{part}{index}" for index in range(4)]
            for entry in listed[name]:
                picture(base / "images" / f"{entry}.jpg", COLORS[label])
        (base / "meta" / f"{part}.json").write_text(json.dumps(listed))


WRITERS = {
    "stanford_cars": (write_cars, "Car 0"),
    "caltech101": (write_caltech101, "accordion"),
    "caltech256": (write_caltech256, "ak47"),
    "fgvc_aircraft": (write_aircraft, "707-320"),
    "flowers102": (write_flowers, "pink primrose"),
    "oxford_pets": (write_pets, "Abyssinian"),
    "food101": (write_food, "apple pie"),
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    # The MD5 sums that torchvision checks are those of the real files.
    monkeypatch.setattr("torchvision.datasets.flowers102.check_integrity", lambda *given: True)

    def load(name, **settings):
        if not any(tmp_path.iterdir()):
            WRITERS[name][0](tmp_path)
        spec = DATA_SETS.get(name)
        if name == "flowers102":  # its 102 names are torchvision's own; the tiny folder has three of them
            monkeypatch.setattr("torchvision.datasets.Flowers102.classes", ["pink primrose", "orchid", "bellflower"])
        return spec.load(spec.config(folder=str(tmp_path), image_size=16, **settings))

    return load


@pytest.mark.parametrize("name", WRITERS)
def test_every_photograph_keeps_its_class(load, name):
    data = load(name)
    for split in (data.train, data.validation, data.test):
        brightest = np.asarray(split.inputs).mean(axis=(2, 3)).argmax(axis=1)
        np.testing.assert_array_equal(brightest, split.labels)


@pytest.mark.parametrize("name", WRITERS)
def test_classes_have_the_names_that_people_use(load, name):
    data = load(name)
    assert len(data.class_names) == 3
    assert data.class_names[0] == WRITERS[name][1]


@pytest.mark.parametrize("name", ["stanford_cars", "fgvc_aircraft", "flowers102", "oxford_pets", "food101"])
def test_test_is_the_official_test_split(load, name):
    data = load(name)
    assert data.test.ids.tolist() == list(range(12, 24))
    assert sorted([*data.train.ids, *data.validation.ids]) == list(range(12))


def test_a_set_without_a_test_split_is_cut_by_class(load):
    data = load("caltech101")
    for split, each in ((data.train, 4), (data.validation, 2), (data.test, 2)):
        assert np.bincount(split.labels).tolist() == [each] * 3


def test_cars_say_what_to_put_where(tmp_path):
    spec = DATA_SETS.get("stanford_cars")
    with pytest.raises(DataError, match=r"can no longer be downloaded; put there: stanford_cars/ with devkit/"):
        spec.load(spec.config(folder=str(tmp_path)))


def test_a_damaged_photograph_is_named(load, tmp_path):
    write_food(tmp_path)
    (tmp_path / "food-101" / "images" / "baklava" / "train1.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"picture 6 of Food-101 cannot be read: cannot identify image file .*train1"):
        load("food101")


def test_class_pictures_are_there_once_the_photographs_are_decoded(load, tmp_path):
    spec = DATA_SETS.get("food101")
    config = spec.config(folder=str(tmp_path), image_size=16)
    assert spec.pictures(config) is None
    load("food101")
    found = spec.pictures(config)
    assert found.class_names == ("apple pie", "baklava", "waffles")
    assert found.pictures.mean(axis=(1, 2)).argmax(axis=1).tolist() == [0, 1, 2]
