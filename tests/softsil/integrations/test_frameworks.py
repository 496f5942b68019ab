"""The callbacks in real trainings of Lightning, Hugging Face and Keras; needs requirements-integrations.txt."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

pytestmark = pytest.mark.integrations


def test_lightning_records_every_epoch_and_what_the_module_logs(tmp_path, recorded, points):
    import lightning

    from softsil.integrations.lightning import SoftsilCallback

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.encoder, self.head = nn.Linear(8, 3), nn.Linear(3, 4)

        def training_step(self, batch, index):
            loss = functional.cross_entropy(self.head(self.encoder(batch[0])), batch[1])
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch, index):
            hits = self.head(self.encoder(batch[0])).argmax(1) == batch[1]
            self.log("val_acc", hits.float().mean())

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    inputs, labels = points
    loader = DataLoader(TensorDataset(inputs, labels), batch_size=20)
    callback = SoftsilCallback("lightning", inputs, labels, lambda module, x: module.encoder(x), root=tmp_path)
    trainer = lightning.Trainer(
        max_epochs=3,
        accelerator="cpu",
        callbacks=[callback],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Module(), loader, loader)
    reader = recorded()
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert [row["epoch"] for row in reader.history("validation")] == [1, 2, 3]
    assert reader.history("train")[-1]["loss"] > 0
    assert reader.status.state == "done"


def test_hugging_face_records_what_its_trainer_logs(tmp_path, recorded, points):
    from transformers import Trainer, TrainingArguments

    from softsil.integrations.hugging_face import SoftsilCallback

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.head = nn.Linear(8, 3), nn.Linear(3, 4)

        def forward(self, x, labels):
            logits = self.head(self.encoder(x))
            return {"loss": functional.cross_entropy(logits, labels), "logits": logits}

    inputs, labels = points
    data = [{"x": x, "labels": y} for x, y in zip(inputs, labels, strict=True)]
    settings = TrainingArguments(
        output_dir=str(tmp_path / "out"),
        num_train_epochs=3,
        per_device_train_batch_size=20,
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    root = tmp_path / "runs"
    callback = SoftsilCallback("hf", inputs, labels, lambda model, x: model.encoder(x), root=root)
    Trainer(Model(), settings, train_dataset=data, eval_dataset=data, callbacks=[callback]).train()
    from softsil.runs.reader import list_runs

    (reader,) = list_runs(root)
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert {row["epoch"] for row in reader.history("train") if "loss" in row} == {1, 2, 3}
    assert all(row["loss"] > 0 for row in reader.history("validation"))
    assert reader.status.state == "done"


def test_keras_on_torch_records_every_epoch(tmp_path, recorded, points, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    import keras

    from softsil.integrations.keras import SoftsilCallback

    inputs, labels = points
    encoder = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(3)])
    model = keras.Sequential([encoder, keras.layers.Dense(4, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["acc"])
    root = tmp_path / "runs"
    callback = SoftsilCallback("keras", inputs, labels, lambda model, x: encoder(x), root=root)
    arrays = inputs.numpy(), labels.numpy()
    model.fit(*arrays, epochs=3, validation_data=arrays, verbose=0, callbacks=[callback])
    from softsil.runs.reader import list_runs

    (reader,) = list_runs(root)
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert [row["epoch"] for row in reader.history("validation")] == [1, 2, 3]
    assert reader.history("train")[-1]["accuracy"] <= 1
    assert reader.status.state == "done"
