import pytest

from trainers.bench.plan import BATCH, GRID, MAIN, ROBUSTNESS, Chosen, final_stage, grid_stage, learning_rate_stage
from trainers.bench.registry import Condition
from trainers.errors import LaunchError


def test_cross_entropy_alone_chooses_the_learning_rate(preset):
    groups = learning_rate_stage(preset)
    assert {group.losses for group in groups} == {("ce",)}
    assert [group.experiment.learning_rate for group in groups] == [1e-3, 3e-2]


def test_one_learning_rate_needs_no_choice(preset):
    setup = preset.setups[0].model_copy(update={"learning_rates": (0.01,)})
    assert learning_rate_stage(preset.model_copy(update={"setups": (setup,)})) == []


def test_the_seeds_of_the_grid_count_for_nothing_else(preset):
    tried = {group.seed for group in grid_stage(preset, Chosen())}
    compared = {group.seed for group in final_stage(preset, Chosen())}
    assert not tried & compared


def test_all_studies_split_the_data_in_the_same_way(preset):
    groups = [*grid_stage(preset, Chosen()), *final_stage(preset, Chosen())]
    assert len({str(group.experiment.data) for group in groups}) == 1
    assert {group.study for group in groups} == {GRID, MAIN}


def test_fewer_samples_get_more_epochs_for_as_many_steps(preset):
    condition = Condition(name="few samples", field="samples", levels=(("48", 48),))
    setup = preset.setups[0].model_copy(update={"batch_size": 8})
    changed = preset.model_copy(update={"setups": (setup,), "conditions": (condition,), "condition_losses": ("ce",)})
    groups = [group for group in final_stage(changed, Chosen()) if group.study == ROBUSTNESS]
    one = groups[0].experiment
    assert (one.data["samples"], one.batch_size, one.epochs) == (48, 8, 5)  # 2 × 7 steps before, 5 × 3 now
    assert groups[0].condition == "few samples: 48"


def test_no_batch_is_larger_than_the_data(preset):
    condition = Condition(name="few samples", field="samples", levels=(("48", 48),))
    changed = preset.model_copy(update={"conditions": (condition,), "condition_losses": ("ce",)})
    worse = [group for group in final_stage(changed, Chosen()) if group.study == ROBUSTNESS]
    assert {group.experiment.batch_size for group in worse} == {24}


def test_a_condition_that_a_data_set_cannot_have_is_left_out(preset):
    condition = Condition(name="x", field="no_such_setting", levels=(("1", 1),))
    changed = preset.model_copy(update={"conditions": (condition,), "condition_losses": ("ce",)})
    assert {group.study for group in final_stage(changed, Chosen())} == {MAIN}


def test_no_batch_asks_for_more_classes_than_there_are(preset):
    update = {"batch_data": ("blobs",), "batch_losses": ("ce",), "classes_per_batch": (2, 8, 16), "batch_sizes": (16,)}
    groups = [group for group in final_stage(preset.model_copy(update=update), Chosen()) if group.study == BATCH]
    assert list(dict.fromkeys(group.condition for group in groups)) == [
        "batch size 16",
        "2 classes a batch",
        "3 classes a batch",
    ]


def test_another_data_set_takes_the_recipe_of_the_first(preset):
    other = preset.narrowed(["digits"], ["ce"], None)
    assert [setup.name for setup in other.setups] == ["digits"]
    assert other.setups[0].epochs == preset.setups[0].epochs
    assert other.losses == ("ce",)


@pytest.mark.parametrize("name", ["", "../other", "a/b", ".hidden"])
def test_a_benchmark_never_leaves_its_folder(tmp_path, name):
    from trainers.bench.folder import BenchmarkFolder

    with pytest.raises(LaunchError, match="one folder's name"):
        BenchmarkFolder(name, tmp_path)
