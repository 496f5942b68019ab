import pytest

from trainers.config import read_experiment
from trainers.errors import LaunchError
from trainers.grid import label


def runs(grid, losses=("ce", "ce+sil"), seeds=(0,)):
    return read_experiment({"losses": list(losses), "seeds": list(seeds), "grid": grid}).runs()


def test_every_combination_of_the_values_is_a_run():
    found = runs({"sil.temperature": [0.05, 0.1], "learning_rate": [1e-3, 1e-2]}, losses=["ce+sil"])
    chosen = [(run.objective.terms["sil"].temperature, run.learning_rate) for run in found]
    assert chosen == [(0.05, 1e-3), (0.05, 1e-2), (0.1, 1e-3), (0.1, 1e-2)]


def test_a_setting_of_a_term_passes_by_the_losses_without_it():
    assert [run.objective.name for run in runs({"sil.weight": [0.5, 2.0]})] == [
        "ce",
        "ce+sil weight=0.5",
        "ce+sil weight=2",
    ]


def test_the_name_of_the_loss_tells_its_point_so_that_seeds_stay_together():
    found = runs({"learning_rate": [1e-3, 1e-2]}, losses=["ce"], seeds=[0, 1])
    assert [run.objective.name for run in found] == ["ce learning_rate=0.001", "ce learning_rate=0.01"] * 2
    assert [run.seed for run in found] == [0, 0, 1, 1]
    assert len({run.experiment for run in found}) == 1


def test_settings_of_the_encoder_vary_one_by_one():
    found = runs({"encoder.embedding_dim": [8, 16], "encoder.hidden": [[32]]}, losses=["ce"])
    assert [(run.encoder["embedding_dim"], run.encoder["hidden"]) for run in found] == [(8, [32]), (16, [32])]


def test_the_other_settings_of_a_varied_term_stay():
    (run,) = runs({"sil.weight": [2.0]}, losses=[{"name": "mine", "terms": {"ce": {}, "sil": {"temperature": 0.3}}}])
    assert run.objective.terms["sil"].temperature == 0.3
    assert run.objective.name == "mine weight=2"


def test_values_are_told_with_the_term_where_two_settings_share_a_name():
    assert label({"sil.weight": 1.0, "supcon.weight": 0.5}) == "sil.weight=1 supcon.weight=0.5"


def test_without_a_grid_names_are_those_of_the_losses():
    assert [run.name for run in runs({})] == ["ce", "ce+sil"]


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        ({"sil.temperatur": [0.1]}, "has no setting 'temperatur'. Did you mean 'temperature'?"),
        ({"sil.temperature": [-1]}, "temperature must be greater than or equal to 0.001, got -1"),
        ({"learning_rate": [0.1, 0]}, "at 'ce learning_rate=0': learning_rate: should be greater than 0"),
        ({"batch_size": [5000]}, "batch_size 5000 is larger than the 898 training samples"),
        ({"data.split_seed": [0, 1]}, "data is the same for all runs of an experiment"),
        ({"triplet.margin": [0.1]}, "triplet is in none of the losses; choose from ce, sil,"),
        ({"wight": [1]}, "wight is neither a term nor a setting; choose from ce, sil,"),
        ({"sil": [1]}, "sil needs a setting of the term, such as sil.weight"),
        ({"epochs.x": [1]}, "epochs has no settings of its own"),
        ({"epochs": []}, "epochs needs at least one value"),
        ({"sil.weight": [1.0, 1.0]}, "sil.weight lists 1 twice"),
        ({"epochs": list(range(1, 1200))}, "1000 are the most at once"),
    ],
)
def test_a_grid_that_makes_no_runs_is_answered_with_a_sentence(grid, sentence):
    with pytest.raises(LaunchError) as caught:
        runs(grid)
    assert sentence in str(caught.value)
