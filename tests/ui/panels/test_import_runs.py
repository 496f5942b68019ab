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
