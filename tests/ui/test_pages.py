import json

import pytest

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths
from softsil.runs.reader import list_runs
from softsil.runs.status import RunStatus, State, write_status
from ui.panels.run_table import table_key
from ui.run_table import run_rows

PAGES = [
    "pages/home/home.py",
    "pages/train/train.py",
    "pages/watch/live.py",
    "pages/analyse/runs.py",
    "pages/analyse/benchmark.py",
    "pages/learn/losses.py",
]
LIVE = "pages/watch/live.py"


def texts(app):
    """Everything written on the page, in one string."""
    found = [*app.markdown, *app.caption, *app.header, *app.subheader, *app.error, *app.info]
    return "\n".join([element.value for element in found] + [one.proto.body for one in app.get("html")])


def button(app, key):
    return next((one for one in app.button if one.key == key), None)


def figure(app, key):
    """The Plotly figure that the live chart ``key`` was given."""
    for element in app.get("bidi_component"):
        data = json.loads(element.proto.json or element.proto.mixed.json or "{}")
        if isinstance(data, dict) and data.get("chart") == key:
            return json.loads(data["figure"])
    return None


def choose_rows(app, *positions):
    """Tick rows of the table of runs."""
    key = table_key(run_rows(list_runs()))
    app.session_state[key] = {"selection": {"rows": list(positions), "columns": [], "cells": []}}


@pytest.fixture
def odd_runs(runs_folder, recording, finished):
    """Run folders in every condition they are found in: id by what is odd."""
    ids = {"finished": finished("fine"), "running": recording("going").run_id}
    failing = recording("bad")
    failing.finish("failed", "loss became NaN at epoch 3, step 12")
    ids["failed"] = failing.run_id
    ids["half-written"] = finished("torn")
    torn = RunPaths(runs_folder, ids["half-written"])
    torn.metrics.write_text(torn.metrics.read_text()[:-40])
    torn.samples.write_bytes(torn.samples.read_bytes()[:50])
    ids["crashed"] = finished("killed")
    write_status(RunPaths(runs_folder, ids["crashed"]), RunStatus(State.RUNNING, epoch=2, epochs=5))
    empty = RunPaths(runs_folder, "20260101-000000-empty-aaaa")
    create_run(empty, name="empty", experiment=None, kind="training", config={})
    ids["empty"] = empty.run_id
    (runs_folder / "20260101-000001-bare-aaaa").mkdir()
    ids["bare"] = "20260101-000001-bare-aaaa"
    return ids


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_any_run(open_page, page):
    assert not open_page(page).exception


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_over_odd_runs(open_page, odd_runs, page):
    assert not open_page(page).exception


@pytest.mark.parametrize("kind", ["finished", "running", "failed", "half-written", "crashed", "empty", "bare"])
def test_live_opens_every_kind_of_run(open_page, odd_runs, kind):
    assert not open_page(LIVE, runs=odd_runs[kind]).exception


def test_live_shows_the_newest_experiment_first(open_page, finished):
    ids = {finished("ce"), finished("ce+sil")}
    assert set(open_page(LIVE).session_state["runs"]) == ids


def test_a_link_chooses_the_runs_in_its_order(open_page, finished):
    first, second = finished("ce"), finished("ce+sil")
    app = open_page(LIVE, runs=f"{second},{first}")
    assert app.session_state["runs"] == [second, first]


def test_what_is_chosen_stands_in_the_address(open_page, finished):
    first, second = finished("ce"), finished("ce+sil")
    app = open_page(LIVE, runs=f"{first},{second}")
    app.multiselect(key="runs").set_value([second]).run()
    assert app.query_params["runs"] == second


@pytest.mark.parametrize("link", ["../../etc/passwd", "20260101-000000-gone-aaaa", "<script>", ","])
def test_a_link_to_no_run_chooses_nothing(open_page, finished, link):
    finished()
    app = open_page(LIVE, runs=link)
    assert not app.exception
    assert app.session_state["runs"] == []


def test_the_choice_survives_a_visit_to_another_page(open_page, finished):
    finished("ce", experiment="a")
    other = finished("other", experiment="b")
    open_page(LIVE, runs=other)
    open_page("pages/learn/losses.py")
    assert open_page(LIVE).session_state["runs"] == [other]


def test_a_deleted_run_leaves_the_choice(open_page, finished, runs_folder):
    keep, gone = finished("ce"), finished("ce+sil")
    app = open_page(LIVE, runs=f"{keep},{gone}")
    RunPaths(runs_folder, gone).folder.rename(runs_folder / "elsewhere")
    assert app.run().session_state["runs"] == [keep]


def test_live_says_why_a_run_failed(open_page, odd_runs):
    assert "loss became NaN at epoch 3, step 12" in texts(open_page(LIVE, runs=odd_runs["failed"])).replace("\\", "")


def test_live_says_what_could_not_be_read(open_page, odd_runs):
    assert "samples.npz" in texts(open_page(LIVE, runs=odd_runs["half-written"])).replace("\\", "")


def test_bars_show_every_class_of_every_chosen_run(open_page, finished):
    app = open_page(LIVE, runs=f"{finished('ce')},{finished('ce+sil')}")
    bars = figure(app, "live_class_bars")
    assert sorted(bars["layout"]["xaxis"]["ticktext"]) == ["cat", "dog", "owl"]
    assert [trace["name"] for trace in bars["data"]] == ["ce", "ce+sil"]


def test_runs_keep_their_color_in_every_chart(open_page, finished):
    app = open_page(LIVE, runs=f"{finished('ce')},{finished('ce+sil')}")
    bars = {trace["name"]: trace["marker"]["color"] for trace in figure(app, "live_class_bars")["data"]}
    app.session_state["curve"] = "Accuracy"
    app.run()
    lines = {trace["name"]: trace["line"]["color"] for trace in figure(app, "live_accuracy")["data"]}
    assert bars == lines


def test_names_with_markup_are_shown_as_text(open_page, finished):
    app = open_page(LIVE, runs=finished("<img src=x onerror=alert(1)>", classes=["<b>a</b>", "c"]))
    assert "<img" not in texts(app)
    assert "<b>a" not in json.dumps(figure(app, "live_class_bars"))


def test_a_running_run_can_be_stopped(open_page, recording, runs_folder):
    recorder = recording("going")
    app = open_page(LIVE, runs=recorder.run_id)
    button(app, f"live_stop_{recorder.run_id}").click().run()
    assert RunPaths(runs_folder, recorder.run_id).stop_request.exists()


def test_a_run_of_another_program_has_no_buttons(open_page, recording):
    recorder = recording("own loop", kind="recorded")
    assert button(open_page(LIVE, runs=recorder.run_id), f"live_stop_{recorder.run_id}") is None


def test_a_finished_run_has_no_buttons(open_page, finished):
    run_id = finished()
    app = open_page(LIVE, runs=run_id)
    assert button(app, f"live_stop_{run_id}") is None
    assert button(app, f"live_resume_{run_id}") is None


def test_a_crashed_run_offers_to_resume(open_page, odd_runs):
    assert button(open_page(LIVE, runs=odd_runs["crashed"]), f"live_resume_{odd_runs['crashed']}")


def test_show_me_launches_two_runs_and_opens_live(open_page):
    app = open_page("pages/home/home.py")
    button(app, "home_show_me").click().run()
    assert len(list_runs()) == 2
    assert set(app.session_state["runs"]) == {run.run_id for run in list_runs()}


def test_a_second_click_of_the_same_button_launches_nothing(open_page):
    app = open_page("pages/home/home.py")
    stale = app.session_state["launch_token"]
    button(app, "home_show_me").click().run()
    assert app.session_state["launch_token"] != stale
    assert len(list_runs()) == 2


def test_home_lists_what_ran_together(open_page, finished):
    finished("ce")
    finished("ce+sil")
    app = open_page("pages/home/home.py")
    assert [one.key for one in app.button if str(one.key).startswith("recent_open")]
    assert r"**ce\+sil**" in texts(app)


def test_the_table_lists_every_run(open_page, finished):
    finished("ce")
    finished("ce+sil")
    assert sorted(open_page("pages/analyse/runs.py").dataframe[0].value["run"]) == ["ce", "ce+sil"]


def test_chosen_rows_open_in_live(open_page, finished):
    run_id = finished("ce")
    app = open_page("pages/analyse/runs.py")
    choose_rows(app, 0)
    button(app.run(), "runs_open").click().run()
    assert app.session_state["runs"] == [run_id]


def test_deleted_runs_are_in_the_trash(open_page, finished, runs_folder):
    run_id = finished("ce")
    app = open_page("pages/analyse/runs.py")
    choose_rows(app, 0)
    button(app.run(), "runs_delete").click().run()
    button(app, "runs_delete_confirmed").click().run()
    assert (runs_folder / ".softsil" / "trash" / run_id).is_dir()
    assert list_runs() == []


def test_a_choice_stays_with_its_run_when_the_list_changes(open_page, finished):
    chosen = finished("b")
    app = open_page("pages/analyse/runs.py")
    choose_rows(app, 0)
    assert app.run().session_state["runs_chosen"] == (chosen,)
    finished("c")
    assert app.run().session_state["runs_chosen"] == (chosen,)
    assert not button(app, "runs_open").disabled


def test_losses_are_explained_from_the_registry(open_page):
    from softsil.terms.registry import TERMS

    shown = texts(open_page("pages/learn/losses.py")).replace("\\", "")
    assert [spec.name for spec in TERMS if spec.summary not in shown] == []
