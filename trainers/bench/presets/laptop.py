"""``laptop``: real data sets that packages ship, small networks, two cores."""

from __future__ import annotations

from typing import Any

from trainers.bench.registry import LOSSES, PRESETS, Condition, Preset, Setup

_MLP = {"name": "mlp", "hidden": (128, 64), "embedding_dim": 32}
_CNN = {"name": "cnn", "channels": (8, 16), "embedding_dim": 32}
_ONE_CORE: dict[str, Any] = {"device": "cpu", "threads": 1}


def _setup(data: dict[str, Any], encoder: dict[str, Any], epochs: int, batch_size: int) -> Setup:
    return Setup(
        data=data,
        encoder=encoder,
        epochs=epochs,
        batch_size=batch_size,
        learning_rates=(1e-3, 3e-3, 1e-2),
        more=_ONE_CORE,
    )


PRESETS.register(
    Preset(
        name="laptop",
        summary="Five real data sets that packages ship, small networks; under an hour on two cores.",
        # Subsets keep a run to seconds and leave something to gain where whole sets would be learned to 99 %.
        # Epochs are enough for cross-entropy to learn its training samples nearly by heart.
        setups=(
            _setup({"name": "digits"}, _CNN, epochs=30, batch_size=64),
            _setup({"name": "penbased", "samples": 2000}, _MLP, epochs=30, batch_size=64),
            _setup({"name": "letter", "samples": 6000}, _MLP, epochs=35, batch_size=128),
            _setup({"name": "newsgroups", "samples": 4000}, _MLP, epochs=20, batch_size=128),
            _setup({"name": "fashion_mnist", "samples": 3000}, _MLP, epochs=40, batch_size=128),
        ),
        losses=LOSSES,
        grid_seeds=(1000,),
        conditions=(
            Condition(
                name="few labels", field="train_samples_per_class", levels=(("5 a class", 5), ("20 a class", 20))
            ),
            Condition(name="class imbalance", field="imbalance", levels=(("50 to 1", 50.0), ("10 to 1", 10.0))),
            Condition(name="label noise", field="label_noise", levels=(("40 %", 0.4), ("20 %", 0.2))),
        ),
        condition_data=("digits", "penbased", "newsgroups"),
        condition_losses=("ce", "ce+sil", "ce+supcon2", "ce+sil+supcon2"),
        batch_data=("digits", "newsgroups"),
        batch_losses=("ce", "ce+sil", "ce+supcon2", "ce+sil+supcon2"),
        batch_sizes=(32, 64, 128, 256),
        classes_per_batch=(2, 4, 8, 16),
    )
)
