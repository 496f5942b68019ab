"""Numbers of other tools find their split and name."""

import pytest

from softsil.integrations.tags import by_split, split_and_name


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("loss", ("train", "loss")),
        ("val/acc", ("validation", "accuracy")),
        ("acc/val", ("validation", "accuracy")),
        ("val_acc", ("validation", "accuracy")),
        ("eval_loss", ("validation", "loss")),
        ("train_loss", ("train", "loss")),
        ("Test/Accuracy", ("test", "Accuracy")),
        ("lr", ("train", "learning_rate")),
        ("train/epoch/loss", ("train", "epoch/loss")),
        ("value", ("train", "value")),
        ("val", ("train", "val")),
    ],
)
def test_split_and_name_of_a_tag(tag, expected):
    assert split_and_name(tag) == expected


def test_what_is_not_a_number_or_would_hide_a_column_is_left_out():
    assert by_split({"loss": 1.0, "val_acc": 0.5, "note": "x", "epoch": 3, "train_step": 4}) == {
        "train": {"loss": 1.0},
        "validation": {"accuracy": 0.5},
    }
