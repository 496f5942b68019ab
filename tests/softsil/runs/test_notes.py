import json

import pytest

from softsil.errors import InvalidNotesError, UnreadableFileError
from softsil.runs.notes import MOST_TAGS, Notes, edit_notes, read_notes
from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter


@pytest.fixture
def paths(tmp_path):
    with RunWriter("launched", root=tmp_path) as recorder:
        pass
    return recorder.paths


def test_a_run_without_notes_has_empty_ones(paths):
    assert read_notes(paths) == Notes()
    assert not paths.notes.exists()


def test_an_edit_keeps_what_it_does_not_name(paths):
    edit_notes(paths, tags=["paper", "digits"], note="the good one")
    edit_notes(paths, archived=True)
    assert read_notes(paths) == Notes(tags=("paper", "digits"), note="the good one", archived=True)


def test_a_new_name_is_the_name_of_the_run_and_an_empty_one_brings_the_first_back(paths):
    config = paths.config.read_bytes()
    edit_notes(paths, name="  better ")
    assert RunReader(paths.run_id, paths.root).name == "better"
    edit_notes(paths, name="")
    assert RunReader(paths.run_id, paths.root).name == "launched"
    assert paths.config.read_bytes() == config


def test_tags_are_kept_once_and_without_blanks(paths):
    assert edit_notes(paths, tags=[" a  b ", "a b", "", "c"]).tags == ("a b", "c")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "x" * 81}, "the name has 81 characters; at most 80 fit"),
        ({"note": "x" * 10_001}, "the note has 10001 characters"),
        ({"tags": ["x" * 41]}, "tag 'xxxxxxxxxxxxxxxxxxxx' has 41 characters"),
        ({"tags": [str(i) for i in range(MOST_TAGS + 1)]}, "21 tags are too many"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(paths, change, sentence):
    edit_notes(paths, note="before")
    with pytest.raises(InvalidNotesError, match=sentence):
        edit_notes(paths, **change)
    assert read_notes(paths) == Notes(note="before")


@pytest.mark.parametrize(
    "content", [{"name": 3, "tags": "paper", "note": None, "archived": "yes"}, {"tags": [1, "", "  "]}, {}]
)
def test_odd_notes_are_left_out(paths, content):
    paths.notes.write_text(json.dumps(content))
    assert read_notes(paths) == Notes()


def test_torn_notes_are_reported_by_a_reader_and_not_overwritten(paths):
    paths.notes.write_text('{"name": "be')
    reader = RunReader(paths.run_id, paths.root)
    assert reader.name == "launched"
    assert "notes.json cannot be read" in reader.problems[0]
    with pytest.raises(UnreadableFileError):
        edit_notes(paths, name="other")
    assert paths.notes.read_text() == '{"name": "be'
