from softsil.terms.recipe import parse_objective
from ui.objectives import objective_entry, with_distinct_names


def entry(recipe, **terms):
    standard = parse_objective(recipe)
    values = {name: {**config.model_dump(), **terms.get(name, {})} for name, config in standard.terms.items()}
    return objective_entry(recipe, standard, values)


def test_a_recipe_without_changes_stays_a_recipe():
    assert entry("ce+sil") == "ce+sil"


def test_a_changed_setting_is_in_the_name_and_in_the_terms():
    changed = entry("ce+sil", sil={"temperature": 0.5})
    assert changed["name"] == "ce+sil (temperature 0.5)"
    assert parse_objective(changed).terms["sil"].temperature == 0.5


def test_a_shorthand_keeps_its_preset():
    assert entry("supcon2") == "supcon2"
    assert parse_objective(entry("supcon2", supcon={"temperature": 0.5})).terms["supcon"].views == 2


def test_equal_losses_are_listed_once():
    assert with_distinct_names(["ce", "ce"]) == ["ce"]


def test_different_losses_of_one_name_are_numbered():
    first, second = ({"name": "x", "terms": {"ce": {"weight": weight}}} for weight in (1, 2))
    assert [one["name"] for one in with_distinct_names([first, second])] == ["x", "x #2"]
