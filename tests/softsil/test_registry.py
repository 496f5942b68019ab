"""A registry finds its entries by itself and helps whoever mistypes a name."""

from dataclasses import dataclass

import pytest

from softsil.errors import UnknownNameError
from softsil.registry import Registry


@dataclass(frozen=True)
class Fruit:
    name: str


@pytest.fixture
def fruits() -> Registry[Fruit]:
    registry = Registry[Fruit]("fruit")
    for name in ("apple", "banana", "cherry"):
        registry.register(Fruit(name))
    return registry


def test_an_entry_is_found_by_name(fruits):
    assert fruits.get("banana") == Fruit("banana")


def test_entries_keep_the_order_of_registration(fruits):
    assert [fruit.name for fruit in fruits] == fruits.names() == ["apple", "banana", "cherry"]


def test_an_unknown_name_answers_with_the_nearest_and_the_list(fruits):
    with pytest.raises(UnknownNameError) as caught:
        fruits.get("bananna")
    assert str(caught.value) == "unknown fruit 'bananna'. Did you mean 'banana'? Known: apple, banana, cherry."


def test_a_name_is_registered_once(fruits):
    with pytest.raises(ValueError, match="registered twice"):
        fruits.register(Fruit("apple"))


def test_importing_a_package_fills_its_registry(tmp_path, monkeypatch):
    package = tmp_path / "stall"
    package.mkdir()
    (package / "__init__.py").write_text("seen = []")
    (package / "pear.py").write_text("import stall; stall.seen.append('pear')")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry[Fruit]("fruit", "stall")
    assert registry.names() == []
    import stall  # type: ignore[import-not-found]

    assert stall.seen == ["pear"]
