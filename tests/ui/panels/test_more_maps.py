"""Asking for another map on Live."""

import pytest

from trainers.projection_requests import take_requests


@pytest.fixture
def live(open_page, finished, monkeypatch):
    monkeypatch.setattr("ui.panels.more_maps.ensure_services", lambda: None)
    run_id = finished("ce")
    return open_page("pages/watch/live.py", runs=run_id), run_id


def button(app):
    (found,) = [one for one in app.button if one.label == "Compute for these runs"]
    return found


def test_the_settings_filled_in_are_asked_for_once(live, runs_folder):
    app, run_id = live
    app.number_input(key="more_maps_umap_n_neighbors").set_value(30).run()
    button(app).click().run()
    (request,) = take_requests(runs_folder)
    assert request.run_ids == (run_id,)
    assert request.projection.settings.n_neighbors == 30
    assert "Being computed" in app.toast[0].value


def test_a_setting_out_of_range_is_named_and_nothing_can_be_asked_for(live, runs_folder):
    app, _ = live
    app.number_input(key="more_maps_umap_n_neighbors").set_value(1).run()
    assert button(app).disabled
    assert any("Neighbors must be at least 2" in text.value for text in app.markdown)
    assert list(take_requests(runs_folder)) == []


def test_a_read_only_app_offers_no_other_maps(finished, open_page, monkeypatch):
    monkeypatch.setenv("SOFTSIL_READONLY", "1")
    app = open_page("pages/watch/live.py", runs=finished("ce"))
    assert not [one for one in app.button if one.label == "Compute for these runs"]
