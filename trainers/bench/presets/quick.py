"""``quick``: made-up data, to see in a minute or two that everything works."""

from __future__ import annotations

from trainers.bench.registry import PRESETS, Preset, Setup

PRESETS.register(
    Preset(
        name="quick",
        summary="Random clouds and three losses: only to see that a benchmark runs here.",
        setups=(
            Setup(
                data={"name": "blobs", "samples": 240, "classes": 4, "dimensions": 8, "overlap": 0.9},
                encoder={"name": "mlp", "hidden": (16,), "embedding_dim": 8},
                epochs=3,
                batch_size=32,
                learning_rates=(1e-2,),
                more={"device": "cpu", "threads": 1},
            ),
        ),
        losses=("ce", "ce+sil", "supcon2"),
        seeds=2,
        grid_seeds=(1000,),
    )
)
