import pytest

from softsil.runs.paths import RunPaths, new_run_id
from ui.run_curves import MOST_POINTS, run_curves


def test_the_curve_of_a_short_run_has_every_epoch(finished, runs_folder):
    paths = RunPaths(runs_folder, finished("ce", epochs=3))
    assert run_curves(paths)["accuracy"] == pytest.approx((0.5, 0.6, 0.7, 0.8))
    assert len(run_curves(paths)["silhouette"]) == 4


def test_the_curve_of_a_long_run_is_thinned_and_ends_with_the_newest_point(recording):
    recorder = recording(epochs=0)
    for epoch in range(1, 501):
        recorder.log(epoch, split="validation", accuracy=epoch / 1000)
    recorder.close()
    points = run_curves(recorder.paths)["accuracy"]
    assert MOST_POINTS // 2 < len(points) <= MOST_POINTS
    assert points[-1] == 0.5


def test_half_written_lines_and_missing_values_leave_no_point(runs_folder):
    paths = RunPaths(runs_folder, new_run_id("odd"))
    paths.folder.mkdir()
    assert run_curves(paths) == {"accuracy": (), "silhouette": ()}
    row = '{"epoch": 1, "split": "validation", "accuracy": %s}\n'
    paths.metrics.write_text(row % 0.5 + row % "null" + row % "true" + (row % 0.7)[:-9])
    assert run_curves(paths)["accuracy"] == (0.5,)
