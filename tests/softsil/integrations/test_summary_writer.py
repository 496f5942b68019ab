"""The SummaryWriter takes TensorBoard's calls and records them."""

import numpy as np
import torch

from softsil.integrations.tensorboard import SummaryWriter


class Calls:
    def __init__(self):
        self.made = []

    def __getattr__(self, name):
        return lambda *arguments, **more: self.made.append(name)


def test_scalars_and_embeddings_are_recorded(tmp_path, recorded, points):
    embeddings, labels = points
    with SummaryWriter("my run", root=tmp_path) as writer:
        for epoch in (1, 2):
            writer.add_scalar("val/acc", 0.5 * epoch, epoch)
            writer.add_scalars("train", {"loss": torch.tensor(1.0), "lr": 0.1}, epoch)
            writer.add_embedding(embeddings, [f"class {label}" for label in labels], torch.rand(40, 1, 4, 4), epoch)
            writer.flush()
    reader = recorded()
    assert [row["accuracy"] for row in reader.history("validation")] == [0.5, 1.0]
    assert [row["learning_rate"] for row in reader.history("train")] == [0.1, 0.1]
    assert reader.embedding_epochs() == [1, 2]
    assert reader.samples.class_names == ["class 0", "class 1", "class 2", "class 3"]
    assert reader.samples.thumbnails.shape == (40, 4, 4)


def test_a_mirror_gets_every_call(tmp_path):
    mirror = Calls()
    with SummaryWriter("my run", root=tmp_path, mirror=mirror) as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.add_histogram("weights", np.zeros(3), 1)
    assert mirror.made == ["add_scalar", "add_histogram", "close"]


def test_calls_that_softsil_has_no_use_for_do_nothing(tmp_path, recorded):
    with SummaryWriter("my run", root=tmp_path) as writer:
        writer.add_histogram("weights", np.zeros(3), 1)
    assert recorded().history() == []
