import numpy as np
import pytest

from ui.charts import Curve
from ui.charts.bands import band_of, bands_figure
from ui.charts.class_changes import ClassValues, class_changes_figure, largest_changes
from ui.charts.landing import landing_figure
from ui.charts.matrices import NAMES_LIMIT, NUMBERS_LIMIT, matrix_figure

NAMES = ["cat", "dog", "owl"]


def side(name, *rows):
    return ClassValues(name, "#4477aa", np.array(rows, dtype=np.float32))


def test_the_class_that_gained_most_is_on_top():
    figure = class_changes_figure([side("a", [0.1, 0.2, 0.3]), side("b", [0.1, 0.9, 0.0])], NAMES, (0, 1))
    shown = sorted(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True), reverse=True)
    assert [text for _, text in shown] == ["dog", "cat", "owl"]


def test_the_pair_decides_the_direction():
    figure = class_changes_figure([side("a", [0.1, 0.2, 0.3]), side("b", [0.1, 0.9, 0.0])], NAMES, (1, 0))
    assert dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))["owl"] == 2


def test_among_many_classes_those_that_changed_most_are_shown():
    assert largest_changes(np.array([0.1, -0.5, np.nan, 0.4, 0.0]), limit=3) == [3, 0, 1]


def test_every_seed_is_a_dot():
    figure = class_changes_figure([side("a", [0, 0, 0], [1, 1, 1]), side("b", [0.5, 0.5, 0.5])], NAMES, (0, 1))
    assert [len(trace.x) for trace in figure.data if trace.mode == "markers"] == [6, 0, 3, 3]


def test_a_band_reaches_from_the_lowest_seed_to_the_highest():
    epochs = np.array([0, 1, 2], dtype=np.int32)
    curves = [
        Curve("one", "#000000", epochs, np.array([0.0, 1.0, 2.0], dtype=np.float32)),
        Curve("two", "#000000", epochs[:2], np.array([1.0, 3.0], dtype=np.float32)),
    ]
    band = band_of("both", "#4477aa", curves)
    assert (band.mean.tolist(), band.low.tolist(), band.high.tolist()) == ([0.5, 2, 2], [0, 1, 2], [1, 3, 2])
    assert band.count.tolist() == [2, 2, 1]


def test_an_epoch_without_any_value_is_left_out():
    epochs = np.array([0, 1], dtype=np.int32)
    band = band_of("a", "#4477aa", [Curve("a", "#4477aa", epochs, np.array([np.nan, 1.0], dtype=np.float32))])
    assert band.epochs.tolist() == [1]
    assert band_of("a", "#4477aa", []) is None


def test_a_single_seed_has_no_band():
    epochs, values = np.array([0, 1], dtype=np.int32), np.array([0.0, 1.0], dtype=np.float32)
    band = band_of("a", "#4477aa", [Curve("a", "#4477aa", epochs, values)])
    assert [trace.fill for trace in bands_figure([band], y_title="x").data] == [None]


def test_a_matrix_of_differences_is_symmetric_about_zero():
    heat = matrix_figure(np.array([[0.1, -0.4], [0.2, 0.0]]), NAMES[:2], rows="a", columns="b", change=True).data[0]
    assert (heat.zmin, heat.zmax) == (-0.4, 0.4)


def test_cells_carry_numbers_where_they_say_something():
    values = np.array([[0.5, 0.001], [np.nan, -0.25]])
    words = matrix_figure(values, NAMES[:2], rows="a", columns="b").data[1]
    assert list(words.text) == ["0.50", "−0.25"]
    assert (list(words.x), list(words.y)) == ([0, 1], [0, 1])


@pytest.mark.parametrize(("count", "numbers", "names"), [(NUMBERS_LIMIT, 2, True), (NAMES_LIMIT + 1, 1, False)])
def test_many_classes_have_no_numbers_and_then_no_names(count, numbers, names):
    figure = matrix_figure(np.eye(count), [str(one) for one in range(count)], rows="a", columns="b")
    assert len(figure.data) == numbers
    assert bool(figure.layout.xaxis.ticktext) is names


@pytest.mark.parametrize("names", [["<b>x</b>", "y"]])
def test_names_with_markup_are_text_in_every_figure(names):
    values = np.array([[0.1, 0.2]], dtype=np.float32)
    sides = [ClassValues("<i>a</i>", "#4477aa", values), ClassValues("b", "#4477aa", values + 0.1)]
    labels = np.array([0, 1])
    figures = [
        class_changes_figure(sides, names, (0, 1)),
        matrix_figure(np.eye(2), names, rows="a", columns="b"),
        landing_figure(np.zeros((2, 2), np.float32), labels, names, labels, (0.0, 0.0)),
    ]
    assert [figure.to_json().count("<b>") + figure.to_json().count("<i>") for figure in figures] == [0, 0, 0]


def test_beyond_ten_classes_only_those_of_the_neighbors_are_colored():
    labels = np.arange(12)
    figure = landing_figure(np.zeros((12, 2), np.float32), labels, [f"c{i}" for i in labels], labels[:2], (0.0, 0.0))
    assert [trace.name for trace in figure.data[:3]] == ["other classes", "c0", "c1"]
