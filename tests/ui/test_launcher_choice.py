"""Where runs train: asked on Train only where there is more than this machine, and told where they wait in vain."""

import pytest

from softsil.runs.reader import list_runs
from trainers.launchers import ray_launcher
from trainers.launchers.control import launch
from trainers.launchers.registry import LAUNCHERS, launcher_of

TRAIN, RUNS = "pages/train/train.py", "pages/analyse/runs.py"


@pytest.fixture
def with_ray(monkeypatch):
    """Ray is installed, and a cluster named."""
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: True)
    monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", "10.0.0.5:6379")


def places(app):
    return [one for one in app.selectbox if one.label == "Where"]


def click(app, key):
    next(one for one in app.button if one.key == key).click().run()


def texts(app):
    return [one.value for one in (*app.markdown, *app.caption, *app.warning)]


def test_with_nothing_to_choose_from_train_does_not_ask(open_page, monkeypatch):
    monkeypatch.delenv("SOFTSIL_RAY_ADDRESS", raising=False)
    assert places(open_page(TRAIN)) == []


def test_train_launches_where_one_chose(open_page, with_ray):
    app = open_page(TRAIN)
    (place,) = places(app)
    assert (place.value, place.options) == ("local", ["This machine", "Ray cluster"])
    place.set_value("ray").run()
    assert next(one for one in app.selectbox if one.label == "Device").options == [
        device.title for device in LAUNCHERS.get("ray").devices()
    ]
    said = " ".join(texts(app))
    assert "as many at a time as the cluster has room for" in said
    assert "python -m trainers run experiment.yaml --launcher ray" in said
    click(app, "train_launch")
    assert {launcher_of(run.paths).name for run in list_runs()} == {"ray"}


def test_the_environment_says_which_place_is_the_usual_one(open_page, with_ray, monkeypatch):
    monkeypatch.setenv("SOFTSIL_LAUNCHER", "ray")
    assert places(open_page(TRAIN))[0].value == "ray"


def test_a_launch_that_cannot_be_says_why(open_page, monkeypatch):
    monkeypatch.setenv("SOFTSIL_LAUNCHER", "ray")
    monkeypatch.setattr(ray_launcher, "is_installed", lambda: False)
    app = open_page(TRAIN)
    click(app, "train_launch")
    assert ["Ray is not installed here" in one.value for one in app.error] == [True]
    assert list_runs() == []


def test_runs_says_that_nobody_takes_what_waits_for_a_cluster_this_app_does_not_know(open_page, with_ray, monkeypatch):
    from trainers.config import ExperimentConfig

    launch(ExperimentConfig(), launcher="ray")
    app = open_page(RUNS)
    assert not app.warning
    monkeypatch.delenv("SOFTSIL_RAY_ADDRESS")
    app.run()
    assert ["no Ray cluster is named" in one.value for one in app.warning] == [True]
