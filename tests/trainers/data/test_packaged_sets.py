"""Sets that packages ship, read from small files in their true format."""

import json

import numpy as np
import pytest
from PIL import Image

from trainers.data.registry import DATA_SETS
from trainers.errors import DataError

GROUPS = DATA_SETS.get("emoji").facts(DATA_SETS.get("emoji").config()).class_names
RNG = np.random.default_rng(0)


def load(name, folder, **settings):
    spec = DATA_SETS.get(name)
    return spec.load(spec.config(folder=str(folder), **settings))


@pytest.fixture
def letters(tmp_path):
    rows = [f"{','.join(map(str, RNG.integers(0, 16, 16)))},{letter}" for letter in "AB" for _ in range(40)]
    (tmp_path / "keel").mkdir()
    (tmp_path / "keel" / "letter.dat").write_text("\n".join([*rows, *rows[:10]]) + "\n")
    return tmp_path


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "20newsgroups"
    folder.mkdir()
    words = {"rec.space": "orbit rocket moon", 'sci."med"': "doctor dose cure"}
    for part, count in (("train", 40), ("test", 8)):
        lines = ["Category\tText", "d\tstring", "class\t"]
        for group, text in words.items():
            lines += [f'{group}\t{text} {part}{index % 5} say "so' for index in range(count)]
        (folder / f"20newsgroups-{part}.tab").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def emoji(tmp_path):
    (tmp_path / "emoji" / "64").mkdir(parents=True)
    entries = []
    for order in range(50):
        group = (*GROUPS, "Component")[order % 10]
        name = f"{order:04x}.png"
        Image.new("RGBA", (64, 64), (20 * (order % 10), 0, 0, 255 if group != "Flags" else 0)).save(
            tmp_path / "emoji" / "64" / name
        )
        entry = {"image": name, "category": group, "name": f"THING {order}", "short_name": "x"}
        entries.append({**entry, "sort_order": 100 - order, "has_img_google": True})
    (tmp_path / "emoji" / "emoji.json").write_text(json.dumps(entries))
    return tmp_path


def test_rows_that_repeat_are_used_once(letters):
    data = load("letter", letters)
    assert sum(map(len, (data.train, data.validation, data.test))) == 80


def test_letters_keep_their_classes(letters):
    data = load("letter", letters)
    labels = [line.rsplit(",", 1)[1] for line in (letters / "keel" / "letter.dat").read_text().split()][:80]
    assert [data.class_names[label] for label in data.test.labels] == [labels[row] for row in data.test.ids]


def test_letters_are_standardized_on_the_training_split(letters):
    inputs = np.asarray(load("letter", letters).train.inputs)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(inputs.std(axis=0), 1, atol=1e-5)


def test_an_even_share_of_the_letters_can_be_chosen(letters):
    rows = [f"{','.join(map(str, RNG.integers(0, 16, 16)))},{letter}" for letter in "AB" for _ in range(100)]
    (letters / "keel" / "letter.dat").write_text("\n".join(rows))
    data = load("letter", letters, samples=100)
    labels = np.concatenate([split.labels for split in (data.train, data.validation, data.test)])
    assert np.bincount(labels).tolist() == [50, 50]


@pytest.mark.parametrize("name", ["letter", "penbased", "newsgroups", "emoji"])
def test_a_set_that_was_not_fetched_says_how(tmp_path, name):
    with pytest.raises(DataError, match=f"fetch it with: python -m trainers fetch {name}"):
        load(name, tmp_path)


def test_a_damaged_table_says_what_to_do(letters):
    (letters / "keel" / "letter.dat").write_text("1,2,x,A\n")
    with pytest.raises(DataError, match=r"letter\.dat cannot be read: .*; delete it and fetch letter again"):
        load("letter", letters)


def test_posts_become_vectors_that_tell_topics_apart(posts):
    data = load("newsgroups", posts, dimensions=10)
    assert data.class_names == ["rec.space", 'sci."med"']
    centers = [np.asarray(data.train.inputs)[data.train.labels == label].mean(axis=0) for label in (0, 1)]
    nearest = [np.argmin([np.linalg.norm(row - center) for center in centers]) for row in data.test.inputs]
    np.testing.assert_array_equal(nearest, data.test.labels)


def test_nothing_of_validation_or_test_shapes_the_vectors(posts):
    before = load("newsgroups", posts, dimensions=10)
    path = posts / "20newsgroups" / "20newsgroups-test.tab"
    path.write_text(path.read_text().replace("moon", "submarine"), encoding="utf-8")
    for file in (posts / "decoded").iterdir():
        file.unlink()
    after = load("newsgroups", posts, dimensions=10)
    np.testing.assert_array_equal(before.train.inputs, after.train.inputs)
    assert (before.test.inputs != after.test.inputs).any()


def test_the_vectors_are_computed_once(posts):
    first = load("newsgroups", posts, dimensions=10)
    (posts / "20newsgroups" / "20newsgroups-train.tab").unlink()
    np.testing.assert_array_equal(load("newsgroups", posts, dimensions=10).train.inputs, first.train.inputs)


def test_a_post_has_its_beginning_as_caption(posts):
    data = load("newsgroups", posts, dimensions=10)
    words = {0: "orbit rocket moon", 1: "doctor dose cure"}
    for sample, label in zip(data.test.ids, data.test.labels, strict=True):
        assert data.captions[sample].startswith(words[label])


def test_emoji_lie_on_white_and_keep_name_and_group(emoji):
    data = load("emoji", emoji, image_size=16)
    for split in (data.train, data.validation, data.test):
        for picture, label, sample in zip(np.asarray(split.inputs), split.labels, split.ids, strict=True):
            group = data.class_names[label]
            expected = [255, 255, 255] if group == "Flags" else [20 * GROUPS.index(group), 0, 0]
            assert picture[:, 0, 0].tolist() == expected
            assert GROUPS[int(data.captions[sample].split()[1]) % 10] == group


def test_building_blocks_of_emoji_are_left_out(emoji):
    data = load("emoji", emoji, image_size=16)
    assert sum(map(len, (data.train, data.validation, data.test))) == 45
