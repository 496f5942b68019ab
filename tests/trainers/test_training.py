from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from softsil.losses.objective import Objective
from softsil.runs.reader import list_runs
from trainers.checkpoint import CheckpointStore
from trainers.config import RunConfig
from trainers.data.registry import DATA_SETS
from trainers.encoders.registry import ENCODERS
from trainers.errors import StopRequested, TrainingDivergedError
from trainers.loop import Trainer
from trainers.network import build_network
from trainers.timings import without_timings


def numbers(reader):
    return without_timings(reader.history())


def weights(reader):
    return CheckpointStore(reader.paths).newest().weights


@pytest.mark.parametrize("objective", ["ce", "ce+sil", "supcon2", "ce+proxyanchor"])
@pytest.mark.parametrize("stop_after_steps", [6, 9])  # in the second epoch, and in the third; an epoch has 4 steps
def test_a_stopped_and_resumed_run_ends_with_the_same_bits(train, small_run, objective, stop_after_steps):
    if objective in ("supcon2", "ce+proxyanchor"):
        pytest.importorskip("pytorch_metric_learning")
    config = small_run(objective=objective)
    whole = train(config)
    stopped = train(config, stop_after_steps=stop_after_steps)
    assert stopped.status.state == "stopped"
    resumed = train(config, stopped.paths)
    assert numbers(resumed) == numbers(whole)
    assert weights(resumed).keys() == weights(whole).keys()
    assert all(torch.equal(value, weights(whole)[name]) for name, value in weights(resumed).items())
    for epoch in whole.embedding_epochs():
        np.testing.assert_array_equal(resumed.embeddings(epoch), whole.embeddings(epoch))


def test_a_resumed_history_has_every_epoch_once(train, small_run):
    config = small_run()
    stopped = train(config, stop_after_steps=6)
    train(config, stopped.paths)
    rows = [line for line in stopped.paths.metrics.read_text().splitlines() if '"split": "validation"' in line]
    assert len(rows) == 4
    assert [row["epoch"] for row in stopped.history("validation")] == [0, 1, 2, 3]


def test_an_epoch_that_was_recorded_but_not_saved_is_recorded_once(train, small_run, monkeypatch):
    save = CheckpointStore.save

    def die_before_the_second(self, checkpoint):
        if checkpoint.epoch == 2:
            raise StopRequested
        save(self, checkpoint)

    config = small_run()
    monkeypatch.setattr(CheckpointStore, "save", die_before_the_second)
    stopped = train(config)
    assert stopped.embedding_epochs() == [0, 1, 2]
    monkeypatch.undo()
    train(config, stopped.paths)
    rows = [line for line in stopped.paths.metrics.read_text().splitlines() if '"split": "validation"' in line]
    assert len(rows) == 4
    assert numbers(stopped) == numbers(train(config))


def test_everything_of_every_epoch_is_recorded(train, small_run):
    reader = train(small_run(objective="ce+sil"))
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert [row["epoch"] for row in reader.history("train")] == [1, 2, 3]
    assert {"loss", "accuracy", "term/ce", "term/sil", "learning_rate", "seconds"} <= reader.history("train")[0].keys()
    assert {"loss", "accuracy", "term/ce", "term/sil"} <= reader.history("validation")[0].keys()
    assert [row["epoch"] for row in reader.history("test")] == [3]
    assert reader.predictions(3).shape == (40,)


def test_training_learns(train, small_run):
    rows = train(small_run(epochs=15, learning_rate=1e-2)).history("train")
    assert rows[-1]["loss"] < 0.5 * rows[0]["loss"]


def test_a_loss_that_does_not_read_logits_still_trains_the_classifier(train, small_run):
    rows = train(small_run(objective="sil", epochs=15, learning_rate=1e-2)).history("validation")
    assert rows[-1]["accuracy"] > rows[0]["accuracy"] + 0.2


def test_runs_that_differ_in_the_loss_start_from_the_same_weights(small_run):
    networks = [build_network(small_run(objective=name), (8,), 4).state_dict() for name in ("ce", "ce+sil")]
    assert all(torch.equal(networks[0][name], networks[1][name]) for name in networks[0])


def test_runs_that_differ_in_the_seed_start_from_other_weights(small_run):
    networks = [build_network(small_run(seed=seed), (8,), 4).state_dict() for seed in (0, 1)]
    assert not torch.equal(networks[0]["head.weight"], networks[1]["head.weight"])


def test_runs_that_differ_in_the_loss_see_the_same_batches(train, small_run, monkeypatch):
    seen: list[list[np.ndarray]] = []
    draw = Trainer._batches

    def spy(self, epoch):
        batches = draw(self, epoch)
        seen[-1] += batches
        return batches

    monkeypatch.setattr(Trainer, "_batches", spy)
    for name in ("ce", "ce+sil"):
        seen.append([])
        train(small_run(objective=name))
    assert len(seen[0]) == 16  # 3 epochs of 4, and one drawn before them to count its steps
    assert all(np.array_equal(a, b) for a, b in zip(*seen, strict=True))


def test_a_loss_that_becomes_nan_stops_the_run_and_keeps_the_last_good_checkpoint(
    train, small_run, monkeypatch, tmp_path
):
    calls = iter(range(10**6))
    forward = Objective.forward

    def poisoned(self, *arguments, **settings):
        output = forward(self, *arguments, **settings)
        if self.training and next(calls) == 9:  # epoch 3, step 2: an epoch has 4 steps
            return output._replace(total=output.total * float("nan"))
        return output

    monkeypatch.setattr(Objective, "forward", poisoned)
    config = small_run()
    with pytest.raises(TrainingDivergedError, match=r"loss became NaN at epoch 3, step 2"):
        train(config)
    (reader,) = list_runs(tmp_path)
    assert CheckpointStore(reader.paths).newest().epoch == 2
    assert reader.status.state == "failed"


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "NaN"), (float("inf"), "infinite")])
def test_a_loss_that_is_not_finite_on_validation_is_not_recorded(train, small_run, monkeypatch, tmp_path, value, word):
    evaluate = Trainer._evaluate

    def poisoned(self, name):
        means, embeddings, logits = evaluate(self, name)
        return {**means, **({"loss": value} if self.epoch == 2 else {})}, embeddings, logits

    monkeypatch.setattr(Trainer, "_evaluate", poisoned)
    with pytest.raises(TrainingDivergedError, match=f"loss became {word} on the validation split after epoch 2; try"):
        train(small_run())
    (reader,) = list_runs(tmp_path)
    assert reader.embedding_epochs() == [0, 1]
    assert CheckpointStore(reader.paths).newest().epoch == 1


@pytest.mark.parametrize("name", ENCODERS.names())
def test_an_encoder_makes_embeddings_of_the_length_asked_for(name):
    spec = ENCODERS.get(name)
    encoder = spec.build(spec.config(embedding_dim=5), (1, 8, 8))
    assert isinstance(encoder, nn.Module)
    assert encoder(torch.zeros(3, 1, 8, 8)).shape == (3, 5)


def test_the_samplers_fit_into_a_run(train, small_run):
    config: RunConfig = small_run(sampler={"name": "class_balanced", "samples_per_class": 4}, epochs=1)
    assert train(config).history("train")[0]["epoch"] == 1


@pytest.fixture
def mislabel_test(monkeypatch):
    """From now on every label of the test split is wrong."""

    def mislabel():
        spec = DATA_SETS.get("blobs")

        def read(config):
            data = spec.read(config)
            return replace(data, test=replace(data.test, labels=(data.test.labels + 1) % len(data.class_names)))

        monkeypatch.setitem(DATA_SETS._entries, "blobs", replace(spec, read=read))

    return mislabel


def test_nothing_but_the_one_test_row_depends_on_the_test_split(train, small_run, mislabel_test):
    config = small_run(epochs=6, learning_rate=0.01)
    honest = train(config)
    mislabel_test()
    fooled = train(config)
    assert fooled.history("test")[0]["accuracy"] < 0.5 < honest.history("test")[0]["accuracy"]
    assert [row for row in numbers(fooled) if row["split"] != "test"] == [
        row for row in numbers(honest) if row["split"] != "test"
    ]
    assert all(torch.equal(value, weights(honest)[name]) for name, value in weights(fooled).items())


def test_watched_embeddings_are_those_of_the_watched_samples(train, small_run):
    reader = train(small_run())
    config = RunConfig(**small_run().model_dump())
    spec, settings = config.data_entry
    data = spec.load(settings)
    network = build_network(config, data.input_shape, len(data.class_names))
    watched = data.watched(config.watched_samples)
    np.testing.assert_array_equal(reader.samples.ids, watched.ids)
    with torch.no_grad():
        expected = network.encoder(torch.from_numpy(watched.inputs)).numpy()
    np.testing.assert_allclose(reader.embeddings(0), expected, rtol=2e-3, atol=1e-3)


def test_training_samples_can_be_watched_too_and_change_no_number(train, small_run):
    held_out, both = train(small_run()), train(small_run(watched_train_samples=60))
    config = RunConfig(**small_run().model_dump())
    spec, settings = config.data_entry
    assert both.samples.split.tolist() == ["validation"] * 40 + ["train"] * 60
    assert set(both.samples.ids[40:]) <= set(spec.load(settings).train.ids)
    assert np.bincount(both.samples.labels[40:]).tolist() == [15] * 4
    assert numbers(both) == numbers(held_out)
    np.testing.assert_array_equal(both.embeddings(3)[:40], held_out.embeddings(3))
    np.testing.assert_array_equal(both.silhouettes(3)[:40], held_out.silhouettes(3))
    assert both.predictions(3).shape == (100,)


def test_a_run_that_records_seldom_keeps_the_first_and_the_last_and_trains_the_same(train, small_run):
    every, seldom = train(small_run(epochs=5)), train(small_run(epochs=5, record_every=3))
    assert seldom.embedding_epochs() == [0, 3, 5]
    assert [row["epoch"] for row in seldom.history("train")] == [1, 2, 3, 4, 5]
    assert (seldom.embeddings(5) == every.embeddings(5)).all()


def test_a_linear_probe_judges_every_loss_after_training(train, small_run):
    for objective in ("ce", "supcon"):
        reader = train(small_run(objective=objective))
        ((probe,), (test,)) = reader.history("probe"), reader.history("test")
        assert probe["epoch"] == 3
        assert min(probe["accuracy"], test["probe_accuracy"]) > 0.5


def test_the_memory_of_a_step_is_recorded_and_larger_for_a_loss_over_pairs(train, small_run):
    alone, pairs = (train(small_run(objective=name, batch_size=64)) for name in ("ce", "ce+supcon"))
    first, second = (reader.history("train")[-1]["step_megabytes"] for reader in (alone, pairs))
    assert 0 < first < second
