"""``paper``: the paper's seven image sets with EfficientNet-B0, for a machine with a graphics card.

Known from the paper: the sets, the encoder, a projection head, AutoAugment, two views. All else is our reading: from
random weights (its means around 37 % speak for that), SGD with a cosine schedule, 100 epochs, photographs of 224×224.
"""

from __future__ import annotations

from typing import Any

from trainers.bench.registry import LOSSES, PRESETS, Condition, Preset, Setup

_RECIPE: dict[str, Any] = {
    "optimizer": {"name": "sgd"},
    "weight_decay": 5e-4,
    "schedule": {"name": "cosine", "warmup_epochs": 5},
    "projection_head": {"name": "mlp", "hidden": (512,), "projection_dim": 128},
    "gradient_clip": 5.0,
    "channels_last": True,
}


def _setup(name: str, policy: str = "imagenet", resize: int | None = None, **data: Any) -> Setup:
    return Setup(
        data={"name": name, "validation_fraction": 0.1, **data},
        encoder={"name": "efficientnet_b0", "embedding_dim": 512, "resize": resize},
        epochs=100,
        batch_size=128,
        learning_rates=(0.03, 0.1),
        more={**_RECIPE, "augmentation": {"name": "autoaugment", "policy": policy}},
    )


def _photographs(name: str, **data: Any) -> Setup:
    return _setup(name, image_size=224, **data)


def _cifar(name: str) -> Setup:
    # The network halves its input five times: of 32 pixels a single one would be left.
    return _setup(name, "cifar10", resize=64, samples=50_000)


PRESETS.register(
    Preset(
        name="paper",
        summary="The paper's seven image sets with EfficientNet-B0 from random weights; days on a graphics card.",
        setups=(
            _cifar("cifar10"),
            _cifar("cifar100"),
            _photographs("stanford_cars"),
            _photographs("caltech101", test_fraction=0.2),
            _photographs("caltech256", test_fraction=0.2),
            _photographs("fgvc_aircraft"),
            _photographs("flowers102"),
        ),
        losses=LOSSES,
        grid_seeds=(1000,),
        conditions=(
            Condition(
                name="few labels", field="train_samples_per_class", levels=(("5 a class", 5), ("10 a class", 10))
            ),
            Condition(name="class imbalance", field="imbalance", levels=(("50 to 1", 50.0), ("10 to 1", 10.0))),
            Condition(name="label noise", field="label_noise", levels=(("40 %", 0.4), ("20 %", 0.2))),
        ),
        condition_data=("fgvc_aircraft", "flowers102"),
        condition_losses=("ce", "ce+sil", "ce+supcon2", "ce+sil+supcon2"),
        batch_data=("cifar100",),
        batch_losses=("ce", "ce+sil", "ce+supcon2", "ce+sil+supcon2"),
        batch_sizes=(32, 64, 128, 256, 512),
        classes_per_batch=(4, 16, 64),
        balanced_batch=128,
    )
)
