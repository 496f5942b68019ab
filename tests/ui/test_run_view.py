import numpy as np
import pytest

from softsil.runs.paths import RunPaths
from ui.charts import run_color
from ui.run_view import history_of, view_runs


def test_a_view_has_the_curves_of_a_run(finished):
    [view] = view_runs([finished()])
    curve = view.curve("validation", "accuracy")
    assert list(curve.epochs) == [0, 1, 2, 3]
    assert list(curve.values) == pytest.approx([0.5, 0.6, 0.7, 0.8])


def test_a_metric_that_was_never_logged_has_no_curve(finished):
    [view] = view_runs([finished()])
    assert view.curve("validation", "term/sil") is None


def test_class_silhouettes_have_one_column_a_class(finished):
    [view] = view_runs([finished()])
    assert view.silhouettes().values.shape == (4, 3)


def test_colors_follow_the_order_of_the_choice(finished):
    first, second = finished("ce"), finished("ce+sil")
    assert [view.color for view in view_runs([second, first])] == [run_color(0), run_color(1)]


def test_runs_with_the_same_name_get_distinct_labels(finished):
    labels = [view.label for view in view_runs([finished(), finished()])]
    assert len(set(labels)) == 2


def test_a_run_that_does_not_exist_is_left_out(finished):
    run_id = finished()
    assert [view.run_id for view in view_runs(["20260101-000000-gone-aaaa", run_id, "../x"])] == [run_id]


def test_new_metrics_are_seen_at_the_next_look(recording):
    recorder = recording()
    before = view_runs([recorder.run_id])[0].history.at("validation", "accuracy")
    recorder.log(4, split="validation", accuracy=0.95)
    assert before == pytest.approx(0.8)
    assert view_runs([recorder.run_id])[0].history.at("validation", "accuracy") == pytest.approx(0.95)


def test_a_value_can_be_asked_for_an_epoch(finished):
    [view] = view_runs([finished()])
    assert view.history.at("validation", "accuracy", 1) == pytest.approx(0.6)
    assert view.history.at("train", "accuracy", 0) is None


def test_a_half_written_last_line_is_left_out(finished, runs_folder):
    run_id = finished()
    with RunPaths(runs_folder, run_id).metrics.open("a") as file:
        file.write('{"epoch": 4, "split": "valid')
    [view] = view_runs([run_id])
    assert view.history.at("validation", "accuracy") == pytest.approx(0.8)


def test_a_null_in_the_history_leaves_a_gap():
    history = history_of([{"epoch": 1, "split": "train", "loss": None}, {"epoch": 2, "split": "train", "loss": 0.5}])
    epochs, values = history.scalars["train", "loss"]
    assert list(epochs) == [1, 2]
    assert np.isnan(values[0])


def test_an_absent_class_is_not_a_number():
    history = history_of([{"epoch": 0, "split": "watched", "silhouette": 0.1, "silhouette_per_class": [0.1, None]}])
    assert np.isnan(history.class_silhouettes[0, 1])


def test_text_in_the_metrics_is_not_a_curve():
    assert history_of([{"epoch": 0, "split": "train", "note": "hello"}]).scalars == {}


def test_rows_of_another_number_of_classes_are_left_out():
    rows = [
        {"epoch": 0, "split": "watched", "silhouette": 0.1, "silhouette_per_class": [0.1]},
        {"epoch": 1, "split": "watched", "silhouette": 0.2, "silhouette_per_class": [0.1, 0.3]},
    ]
    assert list(history_of(rows).class_epochs) == [1]
