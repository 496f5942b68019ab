from softsil.analysis.settings import differing, flattened


def test_nested_settings_get_dotted_names():
    assert flattened({"data": {"name": "digits", "more": {"a": 1}}, "epochs": 3, "none": {}}) == {
        "data.name": "digits",
        "data.more.a": 1,
        "epochs": 3,
        "none": {},
    }


def test_only_what_differs_is_listed_with_none_where_it_is_absent():
    found = differing([{"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3, "d": 4}}])
    assert found == {"b.c": [2, 3], "b.d": [None, 4]}


def test_ignored_settings_may_differ():
    assert differing([{"name": "x", "epochs": 3}, {"name": "y", "epochs": 3}], {"name"}) == {}
