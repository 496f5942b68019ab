"""A link to the playground opens the same points and losses again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.playground.presets import MOST
from ui.playground.link import as_objective, read_loss, write_loss
from ui.playground.scene import own_scene, preset_scene, read_scene

coordinate = st.floats(-3, 3)


@given(st.lists(st.tuples(st.tuples(coordinate, coordinate), st.integers(0, 5)), min_size=2, max_size=40))
def test_own_points_survive_the_link(rows):
    scene = own_scene([list(point) for point, _ in rows], [label for _, label in rows])
    assert read_scene(scene.link) == scene
    for (point, label), shown, known in zip(rows, scene.points, scene.labels, strict=True):
        assert shown == pytest.approx(point, abs=1e-3)
        assert known == label


def test_a_preset_survives_the_link():
    scene = preset_scene("moons", 50, 7)
    assert read_scene(scene.link) == scene


@pytest.mark.parametrize("link", ["", "moons", "moons.x.1", "nonsense", "AAAA", "!!", "moons.50.-1"])
def test_a_link_that_describes_nothing_is_known_as_such(link):
    assert read_scene(link) is None


def test_more_points_than_the_playground_takes_are_cut():
    assert len(own_scene([[0.0, 0.0]] * (MOST + 50), [0] * (MOST + 50)).points) == MOST


def test_a_loss_with_settings_survives_the_link():
    settings = {"sil": {"temperature": 0.3, "weight": 2.0}, "ce": {"weight": 1.0}}
    text = write_loss("ce+sil", settings)
    assert text == "ce+sil~sil.temperature:0.3~sil.weight:2"
    recipe, read = read_loss(text, "ce")
    assert as_objective(recipe, read)["terms"] == {"ce": {}, "sil": {"temperature": 0.3, "weight": 2.0}}


@pytest.mark.parametrize("text", ["", "cee", "sil~sil.temperature:x", "sil~sil.heat:1", "sil~sil.temperature:-1"])
def test_a_loss_that_makes_no_sense_becomes_the_usual_one(text):
    assert read_loss(text, "ce") == ("ce", {})
