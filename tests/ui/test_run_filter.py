from dataclasses import replace

import pytest

from softsil.runs.notes import edit_notes
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from ui.run_filter import RunFilter, all_tags, filtered
from ui.run_table import run_row


@pytest.fixture
def rows(finished, recording, runs_folder):
    first, second = finished("ce"), finished("ce+sil")
    edit_notes(RunPaths(runs_folder, first), tags=["Paper", "old"], note="the baseline", archived=True)
    edit_notes(RunPaths(runs_folder, second), tags=["Paper"])
    ids = [first, second, recording("supcon").run_id]
    return [run_row(RunReader(run_id)) for run_id in ids]


def names(rows, **asked):
    return [row.name for row in filtered(rows, RunFilter(**asked))]


def test_what_was_put_away_is_listed_only_when_asked_for(rows):
    assert names(rows) == ["ce+sil", "supcon"]
    assert names(rows, archived=True) == ["ce", "ce+sil", "supcon"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("newest first", ["b", "c", "a"]),
        ("best accuracy first", ["c", "b", "a"]),
        ("by name", ["a", "b", "c"]),
    ],
)
def test_rows_come_in_the_order_asked_for_what_is_unknown_last(rows, order, found):
    known = {"a": None, "b": 0.3, "c": 0.9}
    given = [replace(rows[1], name=name, accuracy=known[name]) for name in ("b", "c", "a")]
    assert names(given, order=order) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"text": "BASELINE ce"}, ["ce"]),
        ({"text": "paper sil"}, ["ce+sil"]),
        ({"text": "nothing of it"}, []),
        ({"states": [State.RUNNING, State.FAILED]}, ["supcon"]),
        ({"data": ["digits"]}, ["ce", "ce+sil", "supcon"]),
        ({"data": ["blobs"]}, []),
        ({"tags": ["Paper"]}, ["ce", "ce+sil"]),
        ({"tags": ["Paper", "old"]}, ["ce"]),
    ],
)
def test_a_run_is_listed_when_everything_asked_for_is_true_of_it(rows, asked, found):
    assert names(rows, archived=True, **asked) == found


def test_all_tags_are_offered_once_in_alphabetical_order(rows):
    assert all_tags(rows) == ["old", "Paper"]
