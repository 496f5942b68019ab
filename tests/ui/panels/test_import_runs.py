"""Importing runs on the Runs page."""

import pytest

from softsil.runs.reader import RunReader, list_runs
from trainers.demo import DEMO, demo_runs


@pytest.fixture
def page(open_page):
    return open_page("pages/analyse/runs.py")


def test_runs_of_an_uploaded_zip_are_added(page, runs_folder):
    page.file_uploader(key="import_file").upload("demo.zip", DEMO.read_bytes(), "application/zip").run()
    page.button(key="import_add").click().run()
    assert sorted(reader.run_id for reader in list_runs(runs_folder)) == demo_runs()
    assert RunReader(demo_runs()[0], runs_folder).problems == []


def test_a_file_that_is_no_zip_of_runs_is_named_as_such(page, runs_folder):
    page.file_uploader(key="import_file").upload("x.zip", b"nothing", "application/zip").run()
    page.button(key="import_add").click().run()
    assert "not a zip of runs" in page.error[0].value
    assert list_runs(runs_folder) == []


def test_a_read_only_app_imports_nothing(open_page, monkeypatch):
    monkeypatch.setenv("SOFTSIL_READONLY", "1")
    assert not [button for button in open_page("pages/analyse/runs.py").button if button.key == "import_add"]


def test_a_table_of_embeddings_becomes_a_run_to_look_at(page):
    rows = "x,y,kind\n" + "".join(f"{i},{i % 2},{'ab'[i % 2]}\n" for i in range(8))
    page.file_uploader(key="import_embeddings").upload("vectors.csv", rows.encode(), "text/csv").run()
    assert page.selectbox(key="import_embeddings_label").value == "kind"
    page.button(key="import_embeddings_add").click().run(timeout=120)
    (run,) = list_runs()
    assert (run.config["name"], run.embeddings(0).shape, run.samples.class_names) == ("vectors", (8, 2), ["a", "b"])


def test_a_cell_that_is_no_number_is_named_by_row_and_column(page):
    page.file_uploader(key="import_embeddings").upload("v.csv", b"x,kind\n1,a\n?,b\n", "text/csv").run()
    page.button(key="import_embeddings_add").click().run(timeout=120)
    assert "row 2, column 'x' holds '?'" in page.error[0].value.replace("\\", "")
    assert list_runs() == []
