"""Train opens with the settings of a run."""

import pytest

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import list_runs
from softsil.runs.status import RunStatus, State, write_status
from trainers.config import ExperimentConfig
from ui.panels.run_table import table_key
from ui.run_table import run_rows

SETTINGS = {
    "data": {"name": "blobs", "samples": 240, "classes": 4},
    "encoder": {"name": "mlp", "hidden": [24, 12], "embedding_dim": 8},
    "sampler": {"name": "class_balanced"},
    "epochs": 7,
    "batch_size": 40,
    "learning_rate": 0.02,
    "weight_decay": 0.1,
    "device": "cpu",
    "threads": 1,
    "watched_samples": 40,
    "seeds": [3],
}
LOSSES = [
    "ce",
    "ce+sil+supcon2",
    {"name": "mine", "terms": {"ce": {"weight": 0.5}, "supcon": {"temperature": 0.3}}},
    {"name": "ce+sil", "terms": {"ce": {}, "sil": {"weight": 0.2, "weight_schedule": "linear", "final_weight": 0.7}}},
]


@pytest.fixture
def cloned(open_page, runs_folder, monkeypatch):
    """Launches what Train would launch after a click on Clone, and returns the settings of both."""

    def carry_out(loss):
        (original,) = ExperimentConfig(**SETTINGS, losses=[loss]).runs()
        paths = RunPaths(runs_folder, new_run_id("original"))
        create_run(paths, name="original", experiment=None, kind="training", config=original.model_dump(mode="json"))
        write_status(paths, RunStatus(State.DONE, epoch=7, epochs=7))
        app = open_page("pages/analyse/runs.py")
        key = table_key(run_rows(list_runs()))
        app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
        app.run()
        next(one for one in app.button if one.key == "runs_clone").click().run()
        assert not app.exception
        next(one for one in app.button if one.key == "train_launch").click().run()
        clone = next(reader for reader in list_runs() if reader.run_id != paths.run_id)
        return original.model_dump(mode="json"), clone.config["config"]

    return carry_out


@pytest.mark.parametrize("loss", LOSSES)
def test_a_clone_launched_as_it_is_has_the_settings_of_the_original(cloned, loss):
    original, clone = cloned(loss)
    assert original["objective"]["terms"] == clone["objective"]["terms"]
    own = ("objective", "name", "experiment")
    assert {k: v for k, v in clone.items() if k not in own} == {k: v for k, v in original.items() if k not in own}
