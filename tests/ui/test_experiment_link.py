"""The address of Train holds the whole experiment: a link opens the same form."""

import pytest

from softsil.runs.reader import list_runs
from trainers.config import ExperimentConfig
from ui.experiment_link import read, write

PAGE = "pages/train/train.py"
EXPERIMENTS = {
    "the defaults": {},
    "several losses and seeds": {"losses": ["ce", "ce+sil", "supcon2"], "seeds": [3, 5], "epochs": 7},
    "settings of a loss": {
        "losses": [{"name": "mine", "terms": {"ce": {}, "sil": {"weight": 0.2, "temperature": 0.3}}}]
    },
    "settings of the parts": {
        "data": {"name": "blobs", "samples": 240, "classes": 4},
        "encoder": {"name": "mlp", "hidden": [24, 12]},
        "sampler": {"name": "class_balanced"},
        "batch_size": 40,
    },
    "a grid": {"losses": ["ce+sil"], "grid": {"sil.temperature": [0.05, 0.1], "learning_rate": [0.001, 0.01]}},
}


@pytest.mark.parametrize("values", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())
def test_an_experiment_survives_the_address(values):
    experiment = ExperimentConfig(**values)
    opened = read(write(experiment))
    assert [run.model_dump() | {"experiment": ""} for run in opened.runs()] == [
        run.model_dump() | {"experiment": ""} for run in experiment.runs()
    ]


def test_an_address_holds_only_what_differs_from_the_defaults():
    assert write(ExperimentConfig(losses=["ce", "ce+sil"], epochs=7)) == '{"epochs":7,"losses":["ce","ce+sil"]}'


@pytest.mark.parametrize("name", ["several losses and seeds", "settings of the parts", "a grid"])
def test_a_link_opens_the_form_that_launches_the_same(open_page, name):
    experiment = ExperimentConfig(**EXPERIMENTS[name])
    app = open_page(PAGE, experiment=write(experiment))
    assert not app.exception
    asked = app.query_params["experiment"]
    assert (asked if isinstance(asked, str) else asked[0]) == write(experiment)
    next(one for one in app.button if one.key == "train_launch").click().run()
    launched = sorted((run.config["config"]["objective"]["name"], run.config["config"]["seed"]) for run in list_runs())
    assert launched == sorted((run.objective.name, run.seed) for run in experiment.runs())


@pytest.mark.parametrize("text", ["{", "[]", '{"epochs": 0}', '{"losses": ["cee"]}', '{"data": {"name": "../x"}}'])
def test_a_link_that_makes_no_sense_gets_a_sentence_and_the_usual_form(open_page, text):
    app = open_page(PAGE, experiment=text)
    assert not app.exception
    assert "cannot be used" in app.warning[0].value
    assert next(one for one in app.button if one.key == "train_launch").disabled is False
