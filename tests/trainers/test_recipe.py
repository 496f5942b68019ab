"""Optimizer, schedule, augmentation, projection head, precision: each does its part, and a resumed run repeats it."""

import numpy as np
import pytest
import torch
from torch import nn

from trainers.augmentation.registry import AUGMENTATIONS
from trainers.checkpoint import CheckpointStore
from trainers.config import RunConfig, read_experiment
from trainers.errors import LaunchError
from trainers.network import build_network
from trainers.optimization import Optimization
from trainers.timings import without_timings
from trainers.training_state import weights_to_evaluate
from trainers.views import Views

PICTURES = {
    "data": {"name": "digits", "train_samples_per_class": 4},
    "encoder": {"name": "cnn", "channels": (4,), "embedding_dim": 8},
    "batch_size": 10,
}
CPU = torch.device("cpu")


def numbers(reader):
    return without_timings(reader.history())


def newest(reader):
    return CheckpointStore(reader.paths).newest().weights


@pytest.mark.parametrize(
    "recipe",
    [
        {
            "optimizer": {"name": "sgd"},
            "schedule": {"name": "cosine", "warmup_epochs": 1},
            "ema_decay": 0.9,
            "gradient_clip": 0.5,
            "precision": "bfloat16",
        },
        {
            **PICTURES,
            "objective": "ce+supcon2",
            "augmentation": "autoaugment",
            "projection_head": {"name": "mlp", "hidden": [8], "projection_dim": 4},
            "channels_last": True,
        },
    ],
    ids=["average", "pictures"],
)
def test_a_stopped_and_resumed_run_ends_with_the_same_bits(train, small_run, recipe):
    config = small_run(**recipe)
    whole, stopped = train(config), train(config, stop_after_steps=6)
    assert stopped.status.state == "stopped"
    resumed = train(config, stopped.paths)
    assert numbers(resumed) == numbers(whole)
    assert newest(resumed).keys() == newest(whole).keys()
    assert all(torch.equal(value, newest(whole)[name]) for name, value in newest(resumed).items())
    np.testing.assert_array_equal(resumed.embeddings(3), whole.embeddings(3))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"augmentation": "autoaugment", "data": "blobs"}, "augmentation autoaugment needs images [1 or 3"),
        ({"channels_last": True, "data": "blobs"}, "channels_last needs images"),
        ({"schedule": {"name": "cosine", "warmup_epochs": 30}}, "a warm-up of 30 epochs leaves nothing of 30"),
        ({"optimizer": {"name": "sgd", "momentum": 0}}, "nesterov looks ahead along the momentum, which is 0"),
        ({"optimizer": "adam"}, "unknown optimizer 'adam'. Did you mean 'adamw'?"),
        ({"precision": "float16", "device": "cpu"}, "float16 needs a graphics card; take bfloat16"),
        ({"ema_decay": 1.0}, "ema_decay: should be less than 1"),
        (
            {"augmentation": "crop", "encoder": {"name": "resnet18", "frozen": True, "weights_file": "x"}},
            "frozen weights read them once; take augmentation none",
        ),
    ],
)
def test_what_does_not_fit_together_is_said(settings, sentence):
    with pytest.raises(LaunchError) as caught:
        read_experiment({"losses": ["ce"], **settings})
    assert sentence in str(caught.value)


def rates(**changes):
    """The learning rate of every step of a run of 4 epochs, 5 steps each."""
    config = RunConfig(objective="ce", epochs=4, learning_rate=0.1, **changes)
    weight = nn.Parameter(torch.ones(1))
    optimization = Optimization(config, [weight], CPU, 5)
    found = []
    for _ in range(20):
        optimization.minimize(weight.sum())
        found.append(optimization.learning_rate)
    return np.array(found)


def test_a_constant_rate_is_the_same_in_every_step():
    assert set(rates()) == {0.1}


def test_a_cosine_rises_in_its_warm_up_and_falls_to_its_end():
    found = rates(schedule={"name": "cosine", "warmup_epochs": 1, "final_fraction": 0.1})
    assert (np.diff(found[:6]) > 0).all()
    assert (np.diff(found[5:]) < 0).all()
    assert found.max() == pytest.approx(0.1)
    assert found[5:] == pytest.approx(0.01 + 0.045 * (1 + np.cos(np.pi * np.arange(15) / 15)))


def test_a_long_gradient_is_shortened():
    config = RunConfig(objective="ce", gradient_clip=0.5, optimizer={"name": "sgd"}, learning_rate=1.0)
    weight = nn.Parameter(torch.zeros(4))
    optimization = Optimization(config, [weight], CPU, 5)
    optimization.minimize(100 * weight.sum())
    assert weight.grad.norm().item() == pytest.approx(0.5)


def test_what_is_measured_and_kept_is_the_moving_average(train, small_run):
    reader = train(small_run(ema_decay=0.99, learning_rate=0.05))
    config = small_run()
    data = config.data_entry[0].load(config.data_entry[1])
    watched = torch.from_numpy(data.watched(config.watched_samples).inputs)
    network = build_network(config, (8,), 4)
    found = {}
    for name, weights in (("average", weights_to_evaluate(newest(reader))), ("last", newest(reader))):
        network.load_state_dict({key.removeprefix("network."): weights[key] for key in weights if _is_network(key)})
        found[name] = network.encoder(watched).detach().numpy()
    np.testing.assert_allclose(reader.embeddings(3), found["average"], rtol=2e-3, atol=1e-3)
    assert not np.allclose(reader.embeddings(3), found["last"], atol=0.05)


def _is_network(key):
    return not key.startswith(("average.", "objective."))


def test_bfloat16_on_the_processor_computes_other_numbers(train, small_run):
    exact, rough = (train(small_run(precision=one)).history("train")[-1]["loss"] for one in ("float32", "bfloat16"))
    assert exact != rough == pytest.approx(exact, rel=0.05)


def test_the_share_of_time_spent_waiting_for_data_is_recorded(train, small_run):
    assert all(0 <= row["waiting"] < 1 for row in train(small_run()).history("train"))


# Where losses read


def test_a_projection_head_leaves_classifier_and_encoder_weights_as_they_were(small_run):
    head = {"name": "mlp", "projection_dim": 4}
    without, with_head = (
        build_network(small_run(objective="ce+supcon", projection_head=one), (8,), 4) for one in ("none", head)
    )
    assert with_head.projected(torch.zeros(2, 8)).shape == (2, 4)
    assert without.projected(torch.zeros(2, 8)) is None
    assert all(torch.equal(value, with_head.state_dict()[name]) for name, value in without.state_dict().items())


def test_a_head_that_no_loss_reads_is_not_built(small_run):
    reads = {"terms": {"ce": {}, "supcon": {"reads": "embedding"}}}
    for objective in ("ce", reads):
        assert build_network(small_run(objective=objective, projection_head="mlp"), (8,), 4).projector is None


def test_losses_before_and_after_the_head_train_different_encoders(train, small_run):
    def learned(reads):
        objective = {"name": "one", "terms": {"ce": {}, "sil": {"reads": reads}}}
        return train(small_run(objective=objective, projection_head="mlp")).embeddings(3)

    assert learned("projection").shape == learned("embedding").shape == (40, 8)
    assert not np.allclose(learned("projection"), learned("embedding"))


def test_a_term_with_proxies_after_the_head_has_them_as_long_as_projections(train, small_run):
    head = {"name": "mlp", "projection_dim": 4}
    weights = newest(train(small_run(objective="center+ce", projection_head=head, epochs=1)))
    assert {value.shape[-1] for name, value in weights.items() if "center" in name.lower()} == {4}


# Augmentation


def views(name, images, *, step=1, two=True):
    config = RunConfig(data="digits", objective="ce", augmentation=name)
    return Views(config, 0, CPU)(images, two=two, epoch=1, step=step)


@pytest.fixture
def images():
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, 3, 16, 16), dtype=np.uint8))


@pytest.mark.parametrize("name", AUGMENTATIONS.names())
@pytest.mark.parametrize("channels", [1, 3])
def test_an_augmentation_gives_two_different_views_in_range(name, channels, images):
    first, second = views(name, images[:, :channels])
    assert first.dtype == second.dtype == torch.float32
    assert first.shape == second.shape == (6, channels, 16, 16)
    assert not torch.equal(first, second)
    assert first.min() >= 0
    assert first.max() <= 1


@pytest.mark.parametrize("name", ["standard", "crop", "autoaugment"])
def test_what_is_drawn_depends_on_seed_and_step_alone(name, images):
    (first,) = views(name, images, two=False)
    torch.rand(3)  # as a network with dropout would
    again = views(name, images)
    assert torch.equal(first, again[0])
    assert not torch.equal(first, views(name, images, step=2)[0])


@pytest.mark.parametrize("name", ["standard", "crop", "autoaugment"])
def test_every_image_of_a_batch_is_changed_in_its_own_way(name, images):
    (changed,) = views(name, images[:1].repeat(32, 1, 1, 1), two=False)
    assert len(torch.unique(changed, dim=0)) > 4


def test_a_crop_of_everything_is_the_image(images):
    spec = AUGMENTATIONS.get("crop")
    change = spec.first(spec.config(smallest=1.0, flip=False))
    torch.manual_seed(0)
    stretched = change(images)
    assert (stretched.mean((2, 3)) - images.float().mean((2, 3)) / 255).abs().max() < 0.06


def test_uint8_images_are_augmented_as_they_are_stored(train, small_run, tmp_path):
    """From the file to the step: an image set in a mapped file, AutoAugment, one epoch."""
    from PIL import Image

    for label in ("a", "b"):
        (tmp_path / "set" / label).mkdir(parents=True)
        for number in range(20):
            pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "set" / label / f"{number}.png")
    folder = {"name": "image_folder", "path": str(tmp_path / "set"), "image_size": 16, "folder": str(tmp_path / "data")}
    config = small_run(**{**PICTURES, "data": folder}, augmentation="autoaugment", epochs=1, watched_samples=10)
    assert train(config).history("train")[0]["loss"] > 0
