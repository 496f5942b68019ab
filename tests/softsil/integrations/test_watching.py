"""What all callbacks share."""

import pytest
import torch
from torch import nn

from softsil.integrations.watching import Watching


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(8, 3), nn.Dropout(0.5))


def test_the_sample_is_embedded_in_evaluation_mode_and_the_mode_restored(tmp_path, recorded, points, model):
    inputs, labels = points
    watching = Watching("run", inputs, labels, lambda model, x: model(x), batch_size=7, root=tmp_path)
    watching.embeddings(1, model.train())
    watching.recorder.finish()
    expected = model[0](inputs).detach()
    assert model.training
    torch.testing.assert_close(torch.from_numpy(recorded().embeddings(1)), expected, rtol=1e-3, atol=1e-3)


def test_an_embed_function_that_fails_does_not_break_the_training(tmp_path, points, model, caplog):
    inputs, labels = points
    watching = Watching("run", inputs, labels, lambda model, x: 1 / 0, root=tmp_path)
    watching.embeddings(1, model)
    watching.recorder.finish()
    assert "embeddings of epoch 1 are not recorded: ZeroDivisionError" in caplog.text


def test_an_embed_function_that_fails_raises_if_strict(tmp_path, points, model):
    inputs, labels = points
    watching = Watching("run", inputs, labels, lambda model, x: 1 / 0, root=tmp_path, strict=True)
    with watching.recorder, pytest.raises(ZeroDivisionError):
        watching.embeddings(1, model)


def test_inputs_without_labels_are_refused_before_a_run_is_made(tmp_path, points):
    with pytest.raises(ValueError, match="as many labels"):
        Watching("run", points[0], root=tmp_path)
    assert list(tmp_path.iterdir()) == []
