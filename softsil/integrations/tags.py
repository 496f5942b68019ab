"""How other tools name a number: ``val/acc``, ``acc/val``, ``val_acc``, ``eval_loss``; how we do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_SPLITS = {"train": "train", "training": "train", "val": "validation", "valid": "validation"}
_SPLITS |= {"validation": "validation", "eval": "validation", "test": "test", "watched": "watched"}
_NAMES = {"acc": "accuracy", "lr": "learning_rate"}
# Columns of the history and arguments of ``log`` that are not scalars.
_TAKEN = {"epoch", "step", "split", "time", "embeddings", "predictions"}


def split_and_name(tag: str) -> tuple[str, str]:
    """The split and our name of a tag; without a split in it, it belongs to the training.

    Example:
        >>> split_and_name("val/acc"), split_and_name("eval_loss"), split_and_name("lr")
        (('validation', 'accuracy'), ('validation', 'loss'), ('train', 'learning_rate'))
    """
    for separator in ("/", "_"):
        first, _, after_first = tag.partition(separator)
        before_last, _, last = tag.rpartition(separator)
        for split, name in ((first, after_first), (last, before_last)):
            if name and split.lower() in _SPLITS:
                return _SPLITS[split.lower()], _NAMES.get(name.lower(), name)
    return "train", _NAMES.get(tag.lower(), tag)


def by_split(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Numbers by tag → numbers by our name, for each split; what is not a number is left out."""
    sorted_out: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for tag, value in values.items():
        split, name = split_and_name(tag)
        if name not in _TAKEN and (isinstance(value, int | float) or getattr(value, "ndim", None) == 0):
            sorted_out[split][name] = value
    return dict(sorted_out)
