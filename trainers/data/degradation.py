"""Training data made worse on purpose: few labels, a long tail, wrong labels. Validation and test stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trainers.data.dataset import Dataset, Split

if TYPE_CHECKING:
    from trainers.data.registry import DataConfig

# Fewer than two samples of a class would leave nothing to compare.
FEWEST_OF_A_CLASS = 2


def degraded(data: Dataset, config: DataConfig) -> Dataset:
    """The data set with the worse training split that ``config`` asks for; the same for every run with these settings.

    A smaller choice is part of a larger one: the five samples of a class are among the twenty.
    """
    train = data.train
    classes = len(data.class_names)
    if config.train_samples_per_class is not None or config.imbalance > 1:
        train = _fewer(train, sizes_left(np.bincount(train.labels, minlength=classes), config), config.split_seed)
    if config.label_noise > 0:
        labels = _with_wrong_labels(train.labels, classes, config.label_noise, config.split_seed)
        train = Split(train.inputs, labels, train.ids)
    return data if train is data.train else replace(data, train=train)


def sizes_left(sizes: ArrayLike, config: DataConfig) -> NDArray[np.int64]:
    """How many training samples of each class remain.

    Class c of C keeps at most ``largest · imbalance^(−c / (C − 1))`` samples, the exponential long tail of Cui et al.,
    "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019.

    Args:
        sizes: samples of each class, ``[C]``.
        config: the settings.
    """
    left = np.asarray(sizes, dtype=np.int64)
    if config.train_samples_per_class is not None:
        left = np.minimum(left, config.train_samples_per_class)
    if config.imbalance > 1:
        steps = np.arange(len(left)) / max(1, len(left) - 1)
        tail = np.rint(left.max() * config.imbalance**-steps).astype(np.int64)
        left = np.minimum(left, np.maximum(FEWEST_OF_A_CLASS, tail))
    return left


def _fewer(train: Split, sizes: NDArray[np.int64], seed: int) -> Split:
    kept = np.zeros(len(train), dtype=bool)
    for label, size in enumerate(sizes):
        members = np.flatnonzero(train.labels == label)
        kept[np.random.default_rng((seed, label)).permutation(members)[:size]] = True
    return train.subset(np.flatnonzero(kept))


def _with_wrong_labels(labels: NDArray[np.int64], classes: int, share: float, seed: int) -> NDArray[np.int64]:
    """A copy in which ``share`` of the labels are another class, each other class as likely."""
    rng = np.random.default_rng((seed, classes))
    wrong = rng.permutation(len(labels))[: round(share * len(labels))]
    changed = labels.copy()
    changed[wrong] = (labels[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return changed
