import pytest

from trainers.config import ExperimentConfig, complete, read_experiment
from trainers.errors import LaunchError
from trainers.presets import show_me


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"losses": ["cee"]}, "unknown loss term 'cee'. Did you mean 'ce'?"),
        ({"epochs": 0}, "epochs: should be greater than or equal to 1, got 0"),
        ({"batch_size": 2000}, "batch_size 2000 is larger than the 898 training samples of digits; take at most 898"),
        ({"learning_rate": 0}, "learning_rate: should be greater than 0"),
        ({"learning_rate": float("nan")}, "learning_rate: "),
        ({"data": "digit"}, "unknown data set 'digit'. Did you mean 'digits'?"),
        ({"data": {"name": "digits", "seed": 1}}, "seed: there is no such setting"),
        ({"encoder": {"name": "cnn"}, "data": "blobs"}, "the encoder cnn expects images"),
        ({"losses": ["ce", "ce"]}, "the loss 'ce' is listed twice"),
        ({"seeds": []}, "seeds: "),
        ({"device": "gpu"}, "device: "),
        ({"lr": 0.1}, "lr: there is no such setting"),
    ],
)
def test_a_wrong_setting_is_answered_with_a_sentence(settings, sentence):
    with pytest.raises(LaunchError) as caught:
        read_experiment({"losses": ["ce"], **settings})
    assert sentence in str(caught.value)


def test_a_negative_weight_is_refused():
    with pytest.raises(LaunchError, match="weight"):
        read_experiment({"losses": [{"terms": {"ce": {}, "sil": {"weight": -1}}}]})


def test_an_experiment_has_one_run_for_each_loss_and_seed():
    runs = ExperimentConfig(losses=["ce", "ce+sil"], seeds=[0, 7]).runs()
    assert [(run.objective.name, run.seed) for run in runs] == [("ce", 0), ("ce+sil", 0), ("ce", 7), ("ce+sil", 7)]


def test_the_runs_of_an_experiment_share_its_id_and_others_do_not():
    experiment = show_me()
    first, second = ({run.experiment for run in experiment.runs()} for _ in range(2))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_run_config_survives_being_written_as_json():
    run = show_me().runs()[1]
    assert type(run)(**run.model_dump(mode="json")) == run


def test_every_setting_says_what_it_does():
    assert [name for name, field in ExperimentConfig.model_fields.items() if not field.description] == []


def test_stored_settings_are_completed_with_the_defaults_of_newer_fields():
    (config,) = ExperimentConfig(losses=["ce"]).runs()
    stored = config.model_dump(mode="json")
    newer = stored.pop("schedule")
    assert complete(stored) == {**stored, "schedule": newer}


@pytest.mark.parametrize("settings", [{}, {"learning_rate": 0.1}, {"objective": "ce", "my_own": 3}])
def test_settings_of_somebody_elses_program_stay_as_they_are(settings):
    assert complete(settings) == settings
