"""A folder of pictures: folders are classes, every defect gets a sentence."""

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from trainers.config import ExperimentConfig
from trainers.data.image_folder import ImageFolderConfig, listed, load_image_folder
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError

COLORS = {"apple": (255, 0, 0), "lime": (0, 255, 0), "plum": (0, 0, 255)}


@pytest.fixture
def pictures(tmp_path):
    for name, color in COLORS.items():
        (tmp_path / "fruit" / name).mkdir(parents=True)
        for index in range(8):
            ending = ("png", "JPG")[index % 2]
            Image.new("RGB", (30 + index, 20), color).save(tmp_path / "fruit" / name / f"{index}.{ending}")
    (tmp_path / "fruit" / "apple" / "notes.txt").write_text("not a picture")
    return tmp_path / "fruit"


@pytest.fixture
def load(pictures, tmp_path):
    return lambda **settings: load_image_folder(
        ImageFolderConfig(path=str(pictures), image_size=16, folder=str(tmp_path / "data"), **settings)
    )


def test_folders_are_classes(load):
    data = load()
    assert data.class_names == ["apple", "lime", "plum"]
    for split in (data.train, data.validation, data.test):
        np.testing.assert_array_equal(np.asarray(split.inputs).mean(axis=(2, 3)).argmax(axis=1), split.labels)


def test_every_class_is_split_in_the_same_proportion(load):
    data = load()
    for split, each in ((data.train, 4), (data.validation, 2), (data.test, 2)):
        assert np.bincount(split.labels).tolist() == [each] * 3


def test_a_new_picture_is_seen(load, pictures):
    load()
    Image.new("RGB", (20, 20), COLORS["lime"]).save(pictures / "lime" / "new.png")
    data = load()
    assert sum(map(len, (data.train, data.validation, data.test))) == 25


def test_a_picture_that_changed_is_decoded_again(load, pictures):
    sample = listed(pictures).paths.index(pictures / "apple" / "0.png")
    load()
    Image.new("RGB", (33, 20), (0, 0, 0)).save(pictures / "apple" / "0.png")
    assert load().thumbnails[sample].max() == 0


def test_a_sample_is_named_after_its_file(load):
    assert load().captions[0] == "0.png"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("", "give the path of a folder"), ("/nowhere", "there is no folder"), (__file__, "there is no folder")],
)
def test_a_path_that_leads_nowhere_is_a_sentence(path, sentence):
    with pytest.raises(ValidationError, match=sentence):
        ImageFolderConfig(path=path)


def test_a_folder_without_classes_is_a_sentence(tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(DataError, match=r"has 1 folder\(s\) in it; there must be one for each class"):
        listed(tmp_path)


def test_splits_are_not_taken_for_classes(tmp_path):
    for name in ("train", "val", "test"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match="has the folders test, train, val, which are no classes"):
        listed(tmp_path)


def test_an_empty_class_is_named(pictures):
    (pictures / "quince").mkdir()
    with pytest.raises(DataError, match="the folder 'quince' has no pictures"):
        listed(pictures)


def test_a_damaged_picture_is_named(load, pictures):
    (pictures / "plum" / "3.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"3\.png cannot be read as a picture"):
        load()


def test_it_is_planned_without_decoding(pictures):
    experiment = ExperimentConfig(data={"name": "image_folder", "path": str(pictures)}, batch_size=8)
    spec, config = experiment.data_entry
    assert spec.split_sizes(config) == (12, 6, 6)
    assert spec.facts(config).class_names == ("apple", "lime", "plum")


def test_the_form_shows_one_picture_of_each_class(pictures):
    spec = DATA_SETS.get("image_folder")
    found = spec.pictures(spec.config(path=str(pictures)))
    assert found.class_names == ("apple", "lime", "plum")
    assert found.pictures.mean(axis=(1, 2)).argmax(axis=1).tolist() == [0, 1, 2]
