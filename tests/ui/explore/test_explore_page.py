import json

import pytest

from ui.epoch_view import epoch_view
from ui.landings import Landing, LandingError
from ui.panels.explore_samples import table_key
from ui.sample_table import SampleFilter, rows_of

EXPLORE = "pages/analyse/explore.py"
PIXEL = bytes.fromhex("89504e470d0a1a0a")


def texts(app):
    found = [*app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join([one.value for one in found] + [one.proto.body for one in app.get("html")]).replace("\\", "")


def map_data(app):
    found = (json.loads(one.proto.json or one.proto.mixed.json or "{}") for one in app.get("bidi_component"))
    return next(data for data in found if data.get("key") == "explore_map")


def tick(app, run_id, place):
    """Tick a row of the table of samples."""
    view = epoch_view(run_id, None)
    key = table_key("explore_table", view, rows_of(view, SampleFilter()))
    app.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    return app.run()


def test_at_first_the_newest_run_with_embeddings_is_shown(open_page, seeded):
    [run_id] = seeded("ce")
    app = open_page(EXPLORE)
    assert not app.exception
    assert app.session_state["explored"] == run_id
    assert len(app.dataframe[0].value) == 12


def test_a_link_chooses_run_epoch_and_sample(open_page, seeded):
    [run_id] = seeded("ce")
    seeded("newer")
    app = open_page(EXPLORE, run=run_id, epoch="1", sample="4")
    assert (map_data(app)["runs"][0]["run_id"], map_data(app)["epoch"]) == (run_id, 1)
    assert "Sample 4: class **dog**" in texts(app)


def test_a_ticked_sample_is_shown_with_its_neighbors_and_goes_into_the_address(open_page, seeded):
    [run_id] = seeded("ce")
    app = tick(open_page(EXPLORE, run=run_id), run_id, 0)
    worst = str(rows_of(epoch_view(run_id, None), SampleFilter())[0])
    assert app.query_params["sample"] in (worst, [worst])
    assert texts(app).count('role="listitem"') == 11


def test_filters_come_from_the_link(open_page, seeded):
    [run_id] = seeded("ce")
    app = open_page(EXPLORE, run=run_id, wrong="true")
    assert sorted(app.dataframe[0].value["id"]) == [0, 1]
    assert "2 of 12 samples" in texts(app)


def test_what_is_selected_on_the_map_is_listed(open_page, seeded):
    app = open_page(EXPLORE, run=seeded("ce")[0])
    app.session_state["explore_map"] = {"epoch": None, "selection": ["3", "5"]}
    assert sorted(app.run().dataframe[0].value["id"]) == [3, 5]


def test_a_filter_that_nothing_passes_says_so(open_page, seeded):
    app = open_page(EXPLORE, run=seeded("ce")[0], below="-1.0")
    assert not app.exception
    assert "No sample passes" in texts(app)


def test_the_margin_is_said_to_be_one_of_distances(open_page, seeded):
    app = open_page(EXPLORE, run=seeded("ce")[0])
    assert "no class probabilities" in " ".join(one.proto.help for one in app.markdown)


def test_without_predictions_wrong_only_is_not_offered(open_page, finished):
    app = open_page(EXPLORE, run=finished("ce"))
    assert not app.exception
    assert app.toggle(key="wrong").disabled


def test_suspects_are_listed_or_said_to_be_none(open_page, seeded):
    app = open_page(EXPLORE, run=seeded("ce", tight=20)[0], view="Label errors")
    assert not app.exception
    assert "None among 12 samples at epoch 2" in texts(app)


def test_a_run_without_embeddings_says_what_is_to_come(open_page, recording):
    recorder = recording("young", epochs=-1)
    app = open_page(EXPLORE, run=recorder.run_id)
    assert not app.exception
    assert "Appears with the first embeddings" in texts(app)


@pytest.mark.parametrize("run", ["../../etc/passwd", "20260101-000000-gone-aaaa", "<script>"])
def test_a_link_to_no_run_shows_the_newest(open_page, seeded, run):
    [run_id] = seeded("ce")
    app = open_page(EXPLORE, run=run)
    assert not app.exception
    assert app.session_state["explored"] == run_id


@pytest.fixture
def landing(seeded):
    """Where a made-up picture lands."""
    [run_id] = seeded("ce")
    near = [{"sample": "3", "row": 3, "label": "cat", "distance": 0.1}]
    return Landing(run_id, 2, "cat", 0.9, "dog", 0.2, near, {"pca-2d-00000000": [0.0, 0.0]}, "", ["About the place."])


def upload(app):
    return app.file_uploader(key="explore_picture").set_value(("mine.png", PIXEL, "image/png")).run()


def test_an_uploaded_picture_lands(open_page, landing, monkeypatch):
    asked = []
    monkeypatch.setattr("ui.panels.explore_landing.land", lambda *what: asked.append(what) or landing)
    app = upload(open_page(EXPLORE, run=landing.run_id, view="Place a picture"))
    assert not app.exception
    assert "epoch 2 says cat (90% sure)" in texts(app)
    assert "About the place." in texts(app)
    app.run()
    assert asked == [(landing.run_id, PIXEL, None)], "asked once"


def test_a_picture_that_cannot_be_placed_says_why(open_page, landing, monkeypatch):
    def refuse(*what):
        raise LandingError("this run was not trained on pictures")

    monkeypatch.setattr("ui.panels.explore_landing.land", refuse)
    app = upload(open_page(EXPLORE, run=landing.run_id, view="Place a picture"))
    assert "this run was not trained on pictures" in texts(app)
