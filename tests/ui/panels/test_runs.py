"""The page of all runs."""

import pytest

from softsil.runs.notes import Notes, edit_notes, read_notes
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State, read_status
from trainers import launchers
from trainers.config import ExperimentConfig
from trainers.launchers.queue import is_paused, queued
from ui.panels.run_table import table_key, table_of
from ui.run_table import run_rows

PAGE = "pages/analyse/runs.py"


def button(app, key):
    return next((one for one in app.button if one.key == key), None)


@pytest.fixture
def tick(open_page):
    """Opens the page with these runs ticked."""

    def carry_out(*run_ids):
        app = open_page(PAGE)
        rows = run_rows(list_runs())
        positions = [index for index, row in enumerate(rows) if row.run_id in run_ids]
        app.session_state[table_key(rows)] = {"selection": {"rows": positions, "columns": [], "cells": []}}
        return app.run()

    return carry_out


def names(app):
    return list(app.dataframe[0].value["run"])


def test_every_run_has_its_curves_and_a_link_to_live(open_page, finished):
    run_id = finished("ce", epochs=3)
    table = open_page(PAGE).dataframe[0].value
    assert table["open"][0] == f"live?runs={run_id}"
    assert len(table["accuracy curve"][0]) == len(table["silhouette curve"][0]) == 4


def test_only_what_the_filters_ask_for_is_listed(open_page, finished, recording):
    finished("ce")
    recording("ce+sil")
    app = open_page(PAGE)
    app.multiselect(key="state").set_value(["running"]).run()
    assert names(app) == ["ce+sil"]
    app.text_input(key="search").set_value("nothing of it").run()
    assert (list(app.dataframe), app.info[0].value) == ([], "No run fits these filters.")


def test_a_link_opens_the_table_ordered_and_ticked(open_page, finished):
    best, other = finished("ce", epochs=4), finished("newer", epochs=1)
    app = open_page(PAGE, order="best accuracy first", ticked=best)
    assert names(app) == ["ce", "newer"]
    assert app.session_state["runs_chosen"] == (best,)
    assert app.query_params["ticked"] == best
    assert other not in str(app.query_params)


def test_waiting_runs_say_their_place_in_the_queue(open_page, runs_folder):
    launchers.launch(ExperimentConfig(losses=["ce", "ce+sil"], device="cpu"))
    table = table_of(run_rows(list_runs()))
    assert dict(zip(table["run"], table["now"], strict=True)) == {
        "ce": "number 1 in the queue",
        "ce+sil": "number 2 in the queue",
    }


def test_a_run_is_renamed_tagged_and_noted(tick, finished, runs_folder):
    run_id = finished("ce")
    app = tick(run_id)
    button(app, "runs_edit").click().run()
    key = f"edit_{run_id}_1"
    app.text_input(key=f"{key}_name").set_value("the baseline")
    app.text_area(key=f"{key}_note").set_value("looks fine")
    button(app, f"{key}_save").click().run()
    assert read_notes(RunPaths(runs_folder, run_id)) == Notes(name="the baseline", note="looks fine")
    assert names(app) == ["the baseline"]


def test_tags_of_several_runs_keep_what_only_one_has(tick, finished, runs_folder):
    first, second = (RunPaths(runs_folder, finished(name)) for name in ("ce", "sil"))
    edit_notes(first, tags=["shared", "mine"])
    edit_notes(second, tags=["shared"])
    app = tick(first.run_id, second.run_id)
    button(app, "runs_edit").click().run()
    key = next(one.key for one in app.multiselect if str(one.key).endswith("_2_tags"))
    assert app.multiselect(key=key).value == ["shared"]
    app.multiselect(key=key).set_value([])
    button(app, key.replace("_tags", "_save")).click().run()
    assert (read_notes(first).tags, read_notes(second).tags) == (("mine",), ())


def test_an_archived_run_leaves_the_list_and_comes_back(tick, finished, runs_folder):
    keep, away = finished("keep"), finished("away")
    app = tick(away)
    button(app, "runs_archive").click().run()
    assert names(app) == ["keep"]
    assert RunReader(away).notes.archived
    app.toggle(key="archived").set_value(True).run()
    assert sorted(names(app)) == ["away", "keep"]
    assert keep in {reader.run_id for reader in list_runs()}


def test_ticked_runs_are_stopped_and_resumed(tick, runs_folder):
    waiting = launchers.launch(ExperimentConfig(losses=["ce", "ce+sil"], device="cpu"))
    app = tick(*waiting)
    button(app, "runs_stop").click().run()
    assert {read_status(RunPaths(runs_folder, run_id)).state for run_id in waiting} == {State.STOPPED}
    button(app, "runs_resume").click().run()
    assert {read_status(RunPaths(runs_folder, run_id)).state for run_id in waiting} == {State.QUEUED}


def test_a_run_of_another_program_is_neither_cloned_nor_stopped(tick, recording):
    app = tick(recording("own loop", kind="recorded").run_id)
    assert button(app, "runs_clone").disabled
    assert button(app, "runs_stop") is None


def test_the_queue_is_paused_and_continued(open_page, runs_folder):
    launchers.launch(ExperimentConfig(losses=["ce", "ce+sil"], device="cpu"))
    app = open_page(PAGE)
    button(app, "queue_pause").click().run()
    assert is_paused(runs_folder)
    assert any("The queue is paused" in one.value for one in app.markdown)
    assert "paused, number 1 in the queue" in list(app.dataframe[0].value["now"])
    button(app, "queue_continue").click().run()
    assert not is_paused(runs_folder)


def test_a_waiting_run_is_moved_before_the_others(open_page, runs_folder):
    first, second = launchers.launch(ExperimentConfig(losses=["ce", "ce+sil"], device="cpu"))
    app = open_page(PAGE)
    app.selectbox(key=f"queue_level_{second}_5").set_value(2).run()
    assert queued(runs_folder) == [second, first]


def test_a_deleted_run_is_restored_from_the_trash(tick, finished):
    run_id = finished("ce")
    app = tick(run_id)
    button(app, "runs_delete").click().run()
    button(app, "runs_delete_confirmed").click().run()
    assert list_runs() == []
    button(app, "trash_open").click().run()
    app.multiselect(key="trash_chosen").set_value([run_id])
    button(app, "trash_restore").click().run()
    assert names(app) == ["ce"]


def test_two_ticked_runs_open_in_compare(tick, finished):
    ids = {finished("ce"), finished("ce+sil")}
    app = tick(*ids)
    button(app, "runs_compare").click().run()
    assert not app.exception
    assert set(app.session_state["compared"]) == ids


def test_a_read_only_app_offers_to_look_and_to_take_along_only(tick, recording, monkeypatch, runs_folder):
    monkeypatch.setenv("SOFTSIL_READONLY", "1")
    launchers.launch(ExperimentConfig(losses=["ce"], device="cpu"))
    app = tick(recording("ce").run_id)
    assert {one.key for one in app.button} >= {"runs_open", "runs_compare"}
    changing = ("edit", "clone", "stop", "archive", "delete")
    assert [one.key for one in app.button if str(one.key).endswith(changing) or "queue" in str(one.key)] == []


def test_a_read_only_app_changes_nothing_even_for_a_click_that_came_from_before(tick, finished, monkeypatch):
    run_id = finished("ce")
    app = tick(run_id)
    monkeypatch.setenv("SOFTSIL_READONLY", "1")
    button(app, "runs_archive").click().run()
    assert not RunReader(run_id).notes.archived
