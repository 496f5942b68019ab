from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from softsil.terms.registry import TERMS
from ui.fields import fields_of, label_of, parse_integers, sentences


class Shade(StrEnum):
    DARK = "dark"
    LIGHT = "light"


class Inner(BaseModel):
    depth: int = Field(2, ge=1, description="How deep.")


class Config(BaseModel):
    weight: float = Field(1.0, ge=0, le=10, description="Factor in the sum.")
    batch_size: int = Field(128, gt=0, description="Samples a step.")
    metric: Literal["cosine", "euclidean"] = Field("cosine", description="Distance.")
    shade: Shade = Field(Shade.LIGHT, description="Shade.")
    augment: bool = Field(False, description="Whether to augment.")
    threads: int | None = Field(None, ge=1, description="Threads of a job.")
    seeds: list[int] = Field([0], description="One run each.")
    inner: Inner = Field(default_factory=Inner, description="Inside.")
    note: str = Field("", description="Free text.")


@pytest.fixture
def fields():
    return {field.name: field for field in fields_of(Config)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("weight", "number"),
        ("batch_size", "integer"),
        ("metric", "choice"),
        ("shade", "choice"),
        ("augment", "switch"),
        ("threads", "integer"),
        ("seeds", "integers"),
        ("inner", "group"),
        ("note", "text"),
    ],
)
def test_every_type_has_a_widget(fields, name, kind):
    assert fields[name].kind == kind


def test_help_tells_meaning_range_and_default(fields):
    assert fields["weight"].help == "Factor in the sum. From 0 to 10. Default 1."


def test_an_optional_field_may_stay_empty(fields):
    assert fields["threads"].optional
    assert "empty means automatic" in fields["threads"].help.lower()


def test_choices_come_from_the_type(fields):
    assert fields["metric"].choices == ("cosine", "euclidean")
    assert fields["shade"].choices == ("dark", "light")


@pytest.mark.parametrize(
    ("values", "place", "sentence"),
    [
        ({"weight": -1}, ("weight",), "Weight must be at least 0, not -1."),
        ({"weight": 11.5}, ("weight",), "Weight must be at most 10, not 11.5."),
        ({"batch_size": 0}, ("batch_size",), "Batch size must be above 0, not 0."),
        ({"batch_size": 1.5}, ("batch_size",), "Batch size must be a whole number, not 1.5."),
        ({"seeds": [0, "x"]}, ("seeds", "1"), "Seeds must be a whole number, not x."),
        ({"inner": {"depth": 0}}, ("inner", "depth"), "Depth must be at least 1, not 0."),
        ({"metric": "l1"}, ("metric",), "Metric must be one of 'cosine' or 'euclidean', not l1."),
    ],
)
def test_an_invalid_value_gets_one_sentence(values, place, sentence):
    with pytest.raises(ValidationError) as caught:
        Config(**values)
    assert sentences(caught.value) == {place: sentence}


def test_whole_numbers_may_be_separated_by_commas_or_spaces():
    assert parse_integers("0, 1 2,-3") == [0, 1, 2, -3]


@pytest.mark.parametrize("text", ["0, x", "1.5", "1e3", "--2"])
def test_other_text_is_not_a_list_of_whole_numbers(text):
    with pytest.raises(ValueError, match="whole number"):
        parse_integers(text)


def test_labels_are_words():
    assert label_of("learning_rate") == "Learning rate"


@pytest.mark.parametrize("name", TERMS.names())
def test_every_loss_parameter_has_a_widget_and_an_explanation(name):
    for field in fields_of(TERMS.get(name).config):
        assert field.kind in ("number", "integer", "choice", "switch"), field.name
        assert len(field.help) > 20
