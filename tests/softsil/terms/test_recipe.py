"""What a user may write for a loss, and what is answered when it cannot be used."""

import pytest
from pydantic import BaseModel, ValidationError

from softsil.errors import InvalidObjectiveError, UnknownNameError
from softsil.terms.recipe import RECIPES, ObjectiveConfig, parse_objective


class Experiment(BaseModel):
    losses: list[ObjectiveConfig]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_keeps_its_name(recipe):
    assert parse_objective(recipe).name == recipe


def test_a_recipe_is_split_at_plus_signs():
    assert list(parse_objective("ce + sil+triplet").terms) == ["ce", "sil", "triplet"]


@pytest.mark.parametrize(("recipe", "views"), [("supcon", 1), ("supcon2", 2)])
def test_supcon2_is_supcon_on_two_views(recipe, views):
    config = parse_objective(f"ce+{recipe}")
    assert config.terms["supcon"].views == views
    assert config.needs_two_views == (views == 2)


def test_a_mapping_sets_weights_and_settings():
    config = parse_objective({"name": "mine", "terms": {"ce": {}, "sil": {"weight": 0.5, "temperature": 0.2}}})
    assert config.name == "mine"
    assert (config.terms["sil"].weight, config.terms["sil"].temperature) == (0.5, 0.2)


def test_a_mapping_without_a_name_is_named_after_its_terms():
    assert parse_objective({"terms": {"ce": None, "sil": {}}}).name == "ce+sil"


def test_settings_of_a_shorthand_may_be_changed():
    config = parse_objective({"terms": {"supcon2": {"temperature": 0.5}}})
    assert (config.terms["supcon"].views, config.terms["supcon"].temperature) == (2, 0.5)


def test_a_parsed_objective_is_taken_as_it_is():
    config = parse_objective("ce+sil")
    assert parse_objective(config) is config


def test_an_objective_survives_json_with_the_settings_of_its_terms():
    config = parse_objective({"name": "m", "terms": {"ce": {"label_smoothing": 0.1}, "sil": {"temperature": 0.3}}})
    assert ObjectiveConfig.model_validate_json(config.model_dump_json()) == config


def test_a_model_field_reads_recipes_mappings_and_objectives():
    experiment = Experiment(losses=["ce", {"terms": {"sil": {}}}, parse_objective("ce+sil")])
    assert [loss.name for loss in experiment.losses] == ["ce", "sil", "ce+sil"]


def test_a_model_field_answers_with_the_same_sentence():
    with pytest.raises(ValidationError, match="Did you mean 'sil'"):
        Experiment(losses=["ce+sill"])


def test_an_unknown_term_is_answered_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match=r"unknown loss term 'sill'. Did you mean 'sil'\? Known: arcface, ce"):
        parse_objective("ce+sill")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", r"term names joined by \+, such as 'ce.sil'; got ''"),
        ("ce++sil", "got 'ce..sil'"),
        ("ce+ce", "'ce' comes twice"),
        ("supcon+supcon2", "'supcon' comes twice"),
        (3, "a recipe such as 'ce.sil' or a mapping with terms, got 3"),
        ({"terms": {}}, "has 'terms'"),
        ({"name": "x"}, "has 'terms'"),
        ({"terms": {"ce": {}}, "weight": 1}, "has 'terms'"),
        ({"terms": {"ce": 1.0}}, "settings of the loss term 'ce' must be a mapping, got 1.0"),
        ({"terms": {"sil": {"weight": -1}}}, "'sil': weight must be greater than or equal to 0, got -1"),
        ({"terms": {"sil": {"temperature": 0}}}, "'sil': temperature must be greater than or equal to 0.001, got 0"),
        ({"terms": {"sil": {"temprature": 1}}}, "no setting 'temprature'. Did you mean 'temperature'"),
        ({"terms": {"sil": {"memory": 0.5, "metric": "euclidean"}}}, "'sil': memory works with the cosine metric only"),
        ({"terms": {"supcon": {"views": 3}}}, "'supcon': views must be 1 or 2, got 3"),
        ({"terms": {"ce": {"weight": 0}}}, "every loss term has weight 0"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(value, message):
    with pytest.raises(InvalidObjectiveError, match=message):
        parse_objective(value)
