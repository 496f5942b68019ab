import json

import numpy as np
import pytest

from ui.charts import ClassSilhouettes, Curve, class_bars_figure, class_lines_figure, curves_figure, run_color
from ui.charts.silhouettes import BARS_LIMIT, LINES_LIMIT, lowest_classes


def silhouettes(values, name="ce", color="#4477aa"):
    values = np.asarray(values, np.float32)
    return ClassSilhouettes(name, color, np.arange(len(values), dtype=np.int32), values, np.nanmean(values, axis=1))


def curve(name="ce", values=(0.1, 0.2), **settings):
    values = np.asarray(values, np.float32)
    return Curve(name, "#4477aa", np.arange(len(values), dtype=np.int32), values, **settings)


def test_bars_start_with_the_lowest_class():
    figure = class_bars_figure([silhouettes([[0.9, 0.1, 0.5]])], ["a", "b", "c"])
    assert list(figure.layout.xaxis.ticktext) == ["b", "c", "a"]


def test_bars_of_two_runs_share_the_order_of_classes():
    runs = [silhouettes([[0.9, 0.1]], "first"), silhouettes([[0.0, 0.7]], "second")]
    figure = class_bars_figure(runs, ["a", "b"])
    assert [list(np.round(bar.y, 3)) for bar in figure.data] == [[0.1, 0.9], [0.7, 0.0]]


def test_bars_show_the_asked_epoch():
    run = silhouettes([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    assert list(class_bars_figure([run], ["a", "b"], epoch=1).data[0].y) == pytest.approx([0.3, 0.4])


def test_bars_show_the_last_epoch_before_the_asked_one_where_a_run_is_behind():
    run = silhouettes([[0.1, 0.2], [0.3, 0.4]])
    assert list(class_bars_figure([run], ["a", "b"], epoch=99).data[0].y) == pytest.approx([0.3, 0.4])


def test_bars_before_the_first_epoch_are_empty():
    run = ClassSilhouettes(
        "ce", "#4477aa", np.array([5], np.int32), np.ones((1, 2), np.float32), np.ones(1, np.float32)
    )
    assert lowest_classes([run], 3, 10) == []


def test_a_class_without_samples_is_left_out():
    figure = class_bars_figure([silhouettes([[0.9, np.nan, 0.5]])], ["a", "b", "c"])
    assert list(figure.layout.xaxis.ticktext) == ["c", "a"]


def test_many_classes_are_cut_to_the_lowest_ones():
    values = np.linspace(1, -1, 100)[None]
    figure = class_bars_figure([silhouettes(values)], [f"c{i}" for i in range(100)])
    assert len(figure.data[0].y) == BARS_LIMIT
    assert figure.layout.xaxis.ticktext[0] == "c99"


def test_long_class_names_lean_so_that_none_is_cut_off_or_left_out():
    names = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    values = [np.linspace(0, 0.9, 10).tolist()]
    axis = class_bars_figure([silhouettes(values)], names).layout.xaxis
    assert (axis.tickangle, axis.ticklabeloverflow, len(axis.ticktext)) == (-40, "allow", 10)
    assert class_bars_figure([silhouettes(values)], list("0123456789")).layout.xaxis.tickangle == 0


def test_the_bars_axis_always_reaches_from_zero_to_one():
    lowest, highest = class_bars_figure([silhouettes([[0.4, 0.5]])], ["a", "b"]).layout.yaxis.range
    assert lowest <= 0
    assert highest == 1


def test_a_negative_silhouette_stays_inside_the_axis():
    assert class_bars_figure([silhouettes([[-0.7, 0.5]])], ["a", "b"]).layout.yaxis.range[0] < -0.7


def test_no_runs_make_an_empty_chart():
    assert len(class_bars_figure([], []).data) == 0


def test_class_lines_are_the_mean_and_the_lowest_classes():
    run = silhouettes(np.random.default_rng(0).normal(size=(4, 50)))
    figure = class_lines_figure([run], [str(i) for i in range(50)])
    assert len(figure.data) == LINES_LIMIT + 1


def test_the_mean_line_is_drawn_last_so_that_it_lies_on_top():
    figure = class_lines_figure([silhouettes([[0.2, 0.4], [0.4, 0.6]])], ["a", "b"])
    assert list(figure.data[-1].y) == pytest.approx([0.3, 0.5])


def test_names_with_markup_are_shown_as_text():
    figure = class_bars_figure([silhouettes([[0.1, 0.2]], name="<b>x</b>")], ["<i>a</i>", "b"])
    text = json.loads(figure.to_json())
    assert "<i>" not in json.dumps(text)
    assert "<b>" not in json.dumps(text)


def test_curves_of_one_run_share_one_legend_entry():
    figure = curves_figure([curve(detail="validation"), curve(detail="train", dotted=True)], y_title="accuracy")
    assert [trace.showlegend for trace in figure.data] == [True, False]


def test_curves_keep_zoom_across_updates():
    first, second = (curves_figure([curve(values=v)], y_title="loss") for v in [(1, 2), (1, 2, 3)])
    assert first.layout.uirevision == second.layout.uirevision == "keep"


def test_a_single_epoch_is_drawn_as_a_point():
    assert curves_figure([curve(values=(0.5,))], y_title="loss").data[0].mode == "markers"


def test_the_shown_epoch_is_marked():
    assert curves_figure([curve()], y_title="loss", epoch=1).layout.shapes[0].x0 == 1


def test_planned_epochs_fix_the_axis():
    assert curves_figure([curve()], y_title="loss", last_epoch=30).layout.xaxis.range[1] > 30


def test_arrays_travel_as_bytes_and_not_as_lists():
    figure = json.loads(curves_figure([curve(values=np.zeros(100))], y_title="loss").to_json())
    assert set(figure["data"][0]["y"]) == {"dtype", "bdata"}


def test_colors_of_runs_repeat_after_the_last_one():
    assert run_color(0) == run_color(7)
    assert len({run_color(index) for index in range(7)}) == 7


@pytest.mark.parametrize(("last", "step"), [(4, 1), (60, None)])
def test_few_epochs_are_named_one_by_one(last, step):
    epochs = np.arange(last + 1, dtype=np.int32)
    figure = curves_figure([Curve("ce", "#000000", epochs, epochs.astype(np.float32))], y_title="loss")
    assert figure.layout.xaxis.dtick == step
