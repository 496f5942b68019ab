"""``laptop``: real data sets that packages ship, small networks, two cores."""

from __future__ import annotations

from typing import Any

from trainers.bench.registry import LOSSES, PRESETS, Condition, Preset, Setup

_MLP = {"name": "mlp", "hidden": (128, 64), "embedding_dim": 32}
_ONE_CORE: dict[str, Any] = {"device": "cpu", "threads": 1}

PRESETS.register(
    Preset(
        name="laptop",
        summary="Five real data sets that packages ship, small networks; under an hour on two cores.",
        setups=(Setup(data={"name": "digits"}, encoder=_MLP, more=_ONE_CORE),),
        losses=LOSSES,
        conditions=(
            Condition(
                name="few labels", field="train_samples_per_class", levels=(("5 a class", 5), ("20 a class", 20))
            ),
        ),
        condition_losses=("ce", "ce+sil", "supcon2", "ce+supcon2", "ce+sil+supcon2"),
        batch_data=("digits", "letter"),
        batch_losses=("ce", "ce+sil", "ce+supcon2", "ce+sil+supcon2"),
        batch_sizes=(16, 32, 64, 128, 256),
        classes_per_batch=(2, 4, 8, 16),
    )
)
