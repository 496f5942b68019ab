import numpy as np

from softsil.runs.paths import RunPaths
from ui.epoch_view import confusion_of, epoch_view, margins_of, neighbors_of


def test_the_last_epoch_before_the_one_asked_for_is_shown(seeded):
    [run_id] = seeded("ce")
    assert [epoch_view(run_id, epoch).epoch for epoch in (None, 99, 1)] == [2, 2, 1]


def test_a_run_that_does_not_exist_has_no_view():
    assert epoch_view("20260101-000000-gone-aaaa", None) is None
    assert epoch_view("../x", None) is None


def test_a_torn_file_gives_way_to_the_epoch_before(seeded, runs_folder):
    [run_id] = seeded("ce")
    torn = RunPaths(runs_folder, run_id).embeddings(2)
    torn.write_bytes(torn.read_bytes()[:40])
    assert epoch_view(run_id, None).epoch == 1


def test_missing_predictions_and_silhouettes_are_unknown(seeded, runs_folder):
    [run_id] = seeded("ce")
    paths = RunPaths(runs_folder, run_id)
    paths.predictions(2).unlink()
    paths.silhouettes(2).unlink()
    view = epoch_view(run_id, None)
    assert view.predictions is None
    assert confusion_of(view) is None
    assert not view.wrong.any()
    assert np.isnan(view.silhouettes).all()


def test_a_view_is_computed_once_until_its_files_change(seeded, runs_folder):
    [run_id] = seeded("ce")
    first = epoch_view(run_id, None)
    assert epoch_view(run_id, None) is first
    assert neighbors_of(epoch_view(run_id, None)) is neighbors_of(first)
    paths = RunPaths(runs_folder, run_id)
    paths.embeddings(2).write_bytes(paths.embeddings(0).read_bytes())
    changed = epoch_view(run_id, None)
    assert changed != first
    assert margins_of(changed) is not margins_of(first)


def test_labels_outside_the_class_names_show_nothing(seeded, runs_folder):
    from softsil.runs.files import read_arrays, write_arrays

    [run_id] = seeded("ce")
    path = RunPaths(runs_folder, run_id).samples
    write_arrays(path, {**read_arrays(path), "labels": np.full(12, 7)})
    assert epoch_view(run_id, None) is None


def test_one_class_has_no_margins(seeded):
    [run_id] = seeded("ce", classes=["only"])
    assert margins_of(epoch_view(run_id, None)) is None


def test_every_sample_has_ten_neighbors(seeded):
    assert neighbors_of(epoch_view(seeded("ce")[0], None)).shape == (12, 10)
