import pytest
import yaml

from softsil.runs.reader import list_runs
from trainers.config import read_experiment

PAGE = "pages/train/train.py"


@pytest.fixture
def train(open_page):
    return open_page(PAGE)


def reds(app):
    return [one.value.replace("\\", "") for one in app.markdown if ":red[" in one.value]


def launch(app):
    return next(one for one in app.button if one.key == "train_launch")


def test_launch_starts_one_run_for_each_loss_and_seed(train):
    train.text_input(key="train_seeds").set_value("0, 1").run()
    launch(train).click().run()
    configs = [run.config["config"] for run in list_runs()]
    assert sorted((one["objective"]["name"], one["seed"]) for one in configs) == [
        ("ce", 0),
        ("ce", 1),
        ("ce+sil", 0),
        ("ce+sil", 1),
    ]


def test_launch_opens_the_new_runs_in_live(train):
    launch(train).click().run()
    assert set(train.session_state["runs"]) == {run.run_id for run in list_runs()}


def test_what_is_typed_is_what_is_launched(train):
    train.number_input(key="train_epochs").set_value(7)
    train.selectbox(key="train_encoder").set_value("cnn")
    train.number_input(key="train_loss_1_ce+sil_sil_temperature").set_value(0.5).run()
    launch(train).click().run()
    configs = {one["objective"]["name"]: one for one in (run.config["config"] for run in list_runs())}
    changed = configs["ce+sil (temperature 0.5)"]
    assert (changed["epochs"], changed["encoder"]["name"]) == (7, "cnn")
    assert changed["objective"]["terms"]["sil"]["temperature"] == 0.5


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("train_epochs", 0, "Epochs must be at least 1"),
        ("train_batch_size", 5000, "larger than the 898 training samples"),
        ("train_learning_rate", 0.0, "Learning rate must be above 0"),
        ("train_loss_0_ce_ce_weight", -1.0, "Weight must be at least 0"),
        ("train_data_digits_validation_fraction", 0.9, "Validation fraction must be at most 0.45"),
    ],
)
def test_a_wrong_number_is_said_and_nothing_can_be_launched(train, key, value, words):
    train.number_input(key=key).set_value(value).run()
    assert not train.exception
    assert any(words in text for text in reds(train))
    assert launch(train).disabled
    assert list_runs() == []


def test_settings_that_vary_make_a_run_of_every_combination(train):
    train.multiselect(key="train_grid_settings").set_value(["sil.temperature", "learning_rate"]).run()
    train.text_input(key="train_grid_settings_sil.temperature").set_value("0.05, 0.1")
    train.text_input(key="train_grid_settings_learning_rate").set_value("0.001, 0.01").run()
    launch(train).click().run()
    assert sorted(run.config["config"]["objective"]["name"] for run in list_runs()) == [
        "ce learning_rate=0.001",
        "ce learning_rate=0.01",
        "ce+sil temperature=0.05 learning_rate=0.001",
        "ce+sil temperature=0.05 learning_rate=0.01",
        "ce+sil temperature=0.1 learning_rate=0.001",
        "ce+sil temperature=0.1 learning_rate=0.01",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [("", "write the values to try"), ("0.1, 0.1", "lists 0.1 twice"), ("-1", "greater than or equal to 0.001")],
)
def test_wrong_values_of_a_varied_setting_are_said(train, values, words):
    train.multiselect(key="train_grid_settings").set_value(["sil.temperature"]).run()
    train.text_input(key="train_grid_settings_sil.temperature").set_value(values).run()
    assert any(words in one for one in reds(train)), reds(train)
    assert launch(train).disabled


def test_a_varied_setting_leaves_with_its_last_loss(train):
    train.multiselect(key="train_grid_settings").set_value(["sil.temperature"]).run()
    train.button(key="train_loss_remove_1").click().run()
    assert not train.exception
    assert train.multiselect(key="train_grid_settings").value == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("0, x", "not a whole number"), ("", "at least 1 item"), ("0, 0", "listed twice"), ("-1", "least")],
)
def test_wrong_seeds_are_said(train, text, words):
    train.text_input(key="train_seeds").set_value(text).run()
    assert any(words in one for one in reds(train)), reds(train)
    assert launch(train).disabled


def test_an_unknown_loss_is_said_with_the_nearest_name(app, open_page):
    # Typed text can only be given before the page is drawn: AppTest knows no free text in a select box.
    app.session_state["train_loss_1"] = "ce+sill"
    train = open_page(PAGE)
    assert any("Did you mean 'sil'" in text for text in reds(train))
    assert launch(train).disabled


def test_losses_can_be_added_and_removed(train):
    next(one for one in train.button if one.key == "train_loss_add").click().run()
    assert train.selectbox(key="train_loss_2")
    next(one for one in train.button if one.key == "train_loss_remove_0").click().run()
    assert [one.label for one in train.selectbox if one.label.startswith("Loss")] == ["Loss 1", "Loss 2"]
    assert train.selectbox(key="train_loss_1").label == "Loss 1"


def test_the_same_loss_twice_runs_once(train):
    train.selectbox(key="train_loss_1").set_value("ce").run()
    launch(train).click().run()
    assert len(list_runs()) == 1


def test_the_file_describes_the_same_experiment(train):
    train.number_input(key="train_epochs").set_value(3).run()
    experiment = read_experiment(yaml.safe_load(train.code[0].value))
    assert (experiment.epochs, [loss.name for loss in experiment.losses]) == (3, ["ce", "ce+sil"])


def test_the_form_survives_a_visit_to_another_page(open_page, train):
    train.number_input(key="train_epochs").set_value(9).run()
    open_page("pages/learn/losses.py")
    assert open_page(PAGE).number_input(key="train_epochs").value == 9


def test_a_device_that_is_not_here_is_said_and_nothing_is_launched(train, monkeypatch):
    from trainers.errors import LaunchError

    def refuse(device, root):
        raise LaunchError("there is no graphics card here")

    monkeypatch.setattr("trainers.launchers.local.slots_for", refuse)
    launch(train).click().run()
    assert any("no graphics card" in one.value for one in train.error)
    assert list_runs() == []
