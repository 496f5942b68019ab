import csv
import io

import numpy as np
import pytest

from ui.epoch_view import epoch_view
from ui.panels.explore_sample import neighbor_tiles
from ui.sample_table import SampleFilter, csv_of, row_of, rows_of, table_of


@pytest.fixture
def view(seeded):
    return epoch_view(seeded("ce")[0], None)


def test_the_lowest_silhouette_comes_first(view):
    rows = rows_of(view, SampleFilter())
    assert len(rows) == 12
    assert (np.diff(view.silhouettes[rows]) >= 0).all()


def test_classes_are_chosen_by_name(view):
    rows = rows_of(view, SampleFilter(classes=["dog"]))
    assert set(view.samples.labels[rows]) == {1}


def test_only_wrong_ones(view):
    assert sorted(rows_of(view, SampleFilter(wrong_only=True))) == [0, 1]


def test_only_low_silhouettes(view):
    middle = float(np.median(view.silhouettes))
    rows = rows_of(view, SampleFilter(below=middle))
    assert len(rows) == (view.silhouettes <= middle).sum() < 12


def test_only_the_selected_ids(view):
    assert sorted(rows_of(view, SampleFilter(ids=["4", "11", "x"]))) == [4, 11]


def test_the_table_has_a_row_a_sample_in_the_order_asked_for(view):
    table = table_of(view, np.array([5, 0]), pictures=True)
    assert table["id"].tolist() == [5, 0]
    assert table["class"].tolist() == ["owl", "cat"]
    assert table["predicted"].tolist() == ["owl", "dog"]
    assert table["picture"].str.startswith("data:image/png;base64,").all()


def test_the_file_has_ids_and_every_number(view):
    rows = rows_of(view, SampleFilter())
    lines = list(csv.DictReader(io.StringIO(csv_of(view, rows).decode())))
    assert [int(line["id"]) for line in lines] == view.samples.ids[rows].tolist()
    assert [float(line["silhouette"]) for line in lines] == pytest.approx(view.silhouettes[rows].tolist(), rel=1e-5)
    assert {line["epoch"] for line in lines} == {"2"}
    assert "picture" not in lines[0]


def test_a_sample_is_found_by_its_id(view):
    assert row_of(view, "7") == 7
    assert row_of(view, "70") is None


def test_neighbors_of_another_class_are_marked(view):
    tiles = neighbor_tiles(view, 0)
    assert len(tiles) == 10
    assert [tile.marked for tile in tiles] == [tile.words[0] != "cat" for tile in tiles]
    assert all("sample 0," not in tile.hint for tile in tiles)


def test_the_split_is_said_where_there_are_several(seeded):
    mixed = epoch_view(seeded("ce", split=["validation"] * 8 + ["train"] * 4)[0], None)
    assert table_of(mixed, np.array([0, 9]))["split"].tolist() == ["validation", "train"]
