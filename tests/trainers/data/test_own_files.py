"""Data sets from a person's own file: what is read, and the sentence for every defect."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from trainers.config import LaunchError, read_experiment
from trainers.data.arrays import ArraysConfig, load_arrays
from trainers.data.table import TableConfig, columns_of, likely_label, load_table
from trainers.errors import DataError


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": rng.normal(5, 2, 40), "b": rng.normal(size=40), "kind": ["cat", "dog"] * 20})


@pytest.fixture
def table(tmp_path):
    def write(frame: pd.DataFrame) -> TableConfig:
        path = tmp_path / "mine.csv"
        frame.to_csv(path, index=False)
        return TableConfig(path=str(path), label="kind")

    return write


@pytest.fixture
def arrays(tmp_path):
    def write(**arrays) -> ArraysConfig:
        np.savez(tmp_path / "mine.npz", **arrays)
        return ArraysConfig(path=str(tmp_path / "mine.npz"))

    return write


def test_table_becomes_standardized_features_and_named_classes(table, frame):
    data = load_table(table(frame))
    assert data.class_names == ["cat", "dog"]
    assert data.input_shape == (2,)
    np.testing.assert_allclose(data.train.inputs.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(data.train.inputs.std(0), 1, atol=1e-6)


def test_table_rows_keep_their_labels(table, frame):
    data = load_table(table(frame))
    kinds = frame["kind"].to_numpy()
    for split in (data.train, data.validation, data.test):
        assert [data.class_names[label] for label in split.labels] == kinds[split.ids].tolist()


def test_a_constant_column_becomes_zero_rather_than_nan(table, frame):
    data = load_table(table(frame.assign(c=3.0)))
    assert (data.train.inputs[:, 2] == 0).all()


def test_a_changed_file_is_read_again(table, frame):
    assert len(load_table(table(frame)).train) == 20
    config = table(pd.concat([frame, frame]))
    assert len(load_table(config).train) == 40


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "cat"}, r"has 1 class\(es\); there must be at least 2"),
        ({"b": ["1", "x", *["2"] * 38]}, r"row 2, column 'b' holds 'x'"),
        ({"b": [1.0, 2.0, np.nan, *[3.0] * 37]}, r"row 3, column 'b' is empty"),
        ({"kind": [*["cat", "dog"] * 19, "cat", None]}, "row 40 has no value in the label column 'kind'"),
        ({"kind": ["emu", *["cat"] * 39]}, r"class 'emu' has 1 sample\(s\); every class needs at least 4"),
    ],
)
def test_every_defect_of_a_table_is_named_with_its_place(table, frame, change, sentence):
    with pytest.raises(DataError, match=sentence):
        load_table(table(frame.assign(**change)))


def test_a_missing_label_column_lists_the_columns(table, frame):
    with pytest.raises(DataError, match="no column 'kind'; the columns are a, b, type"):
        load_table(table(frame.rename(columns={"kind": "type"})))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("", "give the path of a file"), (None, "give the path of a file"), ("/nowhere/x.csv", "there is no file")],
)
def test_a_path_that_leads_nowhere_is_a_sentence(path, sentence):
    with pytest.raises(ValidationError, match=sentence):
        TableConfig(path=path)


def test_a_defect_in_the_file_stops_the_launch_with_its_sentence(table, frame):
    config = table(frame.assign(b="x"))
    with pytest.raises(LaunchError, match="row 1, column 'b' holds 'x'"):
        read_experiment({"data": {"name": "table", "path": config.path, "label": "kind"}, "batch_size": 8})


def test_grey_images_get_a_channel_and_thumbnails(arrays):
    pictures = np.random.default_rng(0).integers(0, 256, (20, 8, 6), dtype=np.uint8)
    data = load_arrays(arrays(inputs=pictures, labels=np.arange(20) % 2))
    assert data.input_shape == (1, 8, 6)
    np.testing.assert_array_equal(data.thumbnails[data.train.ids], data.train.inputs[:, 0])


def test_color_images_come_channels_first(arrays):
    pictures = np.random.default_rng(0).integers(0, 256, (20, 8, 6, 3), dtype=np.uint8)
    data = load_arrays(arrays(inputs=pictures, labels=["a", "b"] * 10))
    assert data.input_shape == (3, 8, 6)
    np.testing.assert_array_equal(data.train.inputs, pictures[data.train.ids].transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(data.thumbnails[data.train.ids], pictures[data.train.ids])


def test_vectors_have_no_thumbnails(arrays):
    data = load_arrays(arrays(inputs=np.random.default_rng(0).normal(size=(20, 5)), labels=np.arange(20) % 2))
    assert data.thumbnails is None
    assert data.input_shape == (5,)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"x": np.zeros((20, 3)), "labels": np.arange(20) % 2}, "lacks inputs; it has labels, x"),
        ({"inputs": np.zeros((20, 3)), "labels": np.zeros(3)}, r"labels has shape \(3,\)"),
        ({"inputs": np.full((20, 3), np.nan), "labels": np.arange(20) % 2}, "must be finite numbers"),
        ({"inputs": np.zeros(20), "labels": np.arange(20) % 2}, r"inputs has shape \(20,\), expected"),
    ],
)
def test_every_defect_of_arrays_is_a_sentence(arrays, content, sentence):
    with pytest.raises(DataError, match=sentence):
        load_arrays(arrays(**content))


def test_pickled_objects_in_an_array_file_are_refused(tmp_path):
    np.savez(tmp_path / "x.npz", inputs=np.array([{}], dtype=object), labels=np.zeros(1))
    with pytest.raises(DataError, match="allow_pickle=False"):
        load_arrays(ArraysConfig(path=str(tmp_path / "x.npz")))


def test_two_npy_files_are_read_like_one_npz(tmp_path):
    inputs, labels = np.random.default_rng(0).normal(size=(20, 5)), np.arange(20) % 2
    np.save(tmp_path / "vectors.npy", inputs)
    with pytest.raises(DataError, match=r"vectors\.npy needs a file labels\.npy beside it"):
        load_arrays(ArraysConfig(path=str(tmp_path / "vectors.npy")))
    np.save(tmp_path / "labels.npy", labels)
    data = load_arrays(ArraysConfig(path=str(tmp_path / "vectors.npy")))
    np.testing.assert_array_equal(data.test.labels, labels[data.test.ids])


def test_columns_are_listed_from_csv_and_parquet_alike(tmp_path, frame):
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    assert columns_of(tmp_path / "a.csv") == columns_of(tmp_path / "a.parquet") == ["a", "b", "kind"]


@pytest.mark.parametrize(
    ("columns", "label"), [(["x", "Species", "y2"], "Species"), (["x", "kind"], "kind"), (["class", "x"], "class")]
)
def test_the_label_column_is_guessed_by_name_else_the_last(columns, label):
    assert likely_label(columns) == label
