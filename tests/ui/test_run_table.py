import pytest

from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State
from ui.run_table import newest_together, run_row, run_rows


def test_a_row_has_what_the_table_shows(finished):
    row = run_row(RunReader(finished("ce+sil")))
    assert (row.name, row.data, row.loss, row.seed, row.state) == ("ce+sil", "digits", "ce+sil", 0, State.DONE)
    assert row.accuracy == pytest.approx(0.8)


def test_a_folder_without_files_is_not_a_row_yet(runs_folder):
    (runs_folder / "20260101-000000-empty-aaaa").mkdir()
    assert run_rows(list_runs()) == []


def test_a_damaged_config_still_gives_a_row(finished, runs_folder):
    run_id = finished()
    RunPaths(runs_folder, run_id).config.write_text('{"name": "c')
    assert run_row(RunReader(run_id)).name == run_id


def test_odd_values_in_the_config_do_not_break_the_row(finished, runs_folder):
    run_id = finished()
    RunPaths(runs_folder, run_id).config.write_text('{"config": [1], "created": 3, "name": null}')
    row = run_row(RunReader(run_id))
    assert (row.data, row.created) == ("–", None)


def test_a_growing_run_shows_its_newest_numbers(recording):
    recorder = recording()
    run_row(RunReader(recorder.run_id))
    recorder.log(4, split="validation", accuracy=0.97)
    assert run_row(RunReader(recorder.run_id)).accuracy == pytest.approx(0.97)


def test_only_the_tail_of_a_long_history_is_read(recording):
    recorder = recording()
    for epoch in range(400):
        recorder.log(epoch, split="validation", accuracy=0.5, filler="x" * 400)
    recorder.log(400, split="validation", accuracy=0.9)
    assert run_row(RunReader(recorder.run_id)).accuracy == pytest.approx(0.9)


def test_the_newest_experiment_is_shown_first(finished):
    # Ids made within one second sort by name.
    finished("a", experiment="old")
    ids = [finished("b", experiment="new"), finished("c", experiment="new")]
    assert {row.run_id for row in newest_together(run_rows(list_runs()))} == set(ids)


def test_what_is_running_is_shown_before_what_ended_later(recording, finished):
    recorder = recording("long", experiment="running")
    finished("short", experiment="ended")
    assert [row.run_id for row in newest_together(run_rows(list_runs()))] == [recorder.run_id]


def test_without_runs_nothing_is_shown():
    assert newest_together([]) == []
