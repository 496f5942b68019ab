"""Other maps of a run, from the command line."""

import pytest

from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter
from trainers import launchers
from trainers.__main__ import main
from trainers.projection_requests import take_requests


@pytest.fixture
def run(runs_folder, monkeypatch):
    monkeypatch.setattr(launchers, "ensure_services", lambda root=None: None)
    with RunWriter("mine", labels=[0, 0, 1, 1], root=runs_folder) as writer:
        writer.log(1, [[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    return RunReader(writer.run_id, runs_folder)


def test_a_map_with_other_settings_is_asked_for(run, runs_folder, capsys):
    assert main(["project", "last", "--set", "n_neighbors=30", "dims=3", "metric=euclidean"]) == 0
    (request,) = take_requests(runs_folder)
    assert request.run_ids == (run.run_id,)
    settings = request.projection.settings
    assert (settings.n_neighbors, settings.dims, settings.metric) == (30, 3, "euclidean")
    assert request.projection.key in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "n_neighbors=1"], "n_neighbors: should be greater than or equal to 2, got 1"),
        (["--set", "neighbours=5"], "neighbours: there is no such setting"),
        (["--method", "umapp"], "Did you mean 'umap'?"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_asked_for(run, runs_folder, capsys, arguments, sentence):
    assert main(["project", "last", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert list(take_requests(runs_folder)) == []
