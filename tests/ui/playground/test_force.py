"""The arrows of points in the hand are those that the page draws once they are let go."""

import pytest

from ui.playground.force import force_of
from ui.playground.link import as_objective, write_loss
from ui.playground.scene import own_scene, preset_scene
from ui.playground.service import PlaygroundError, Service


@pytest.fixture(scope="module")
def service():
    service = Service()
    yield service
    service.stop()


@pytest.mark.parametrize("recipe", ["sil", "ce+center"])
def test_they_are_the_forces_before_the_first_step(service, recipe):
    scene = own_scene([[0, 1], [1, 0.5], [0, 2], [2, 0]], [0, 1, 0, 1])
    chosen = {term: {"weight": 2.0} for term in recipe.split("+")}
    loss = as_objective(recipe, chosen)
    expected = service.ask({"points": scene.points, "labels": scene.labels, "loss": loss})["force"]
    assert force_of(scene.link, write_loss(recipe, chosen), service) == expected
    assert any(abs(x) > 0 for pull in expected for x in pull)


@pytest.mark.parametrize(
    ("points", "loss", "what"),
    [("?", "sil", "points"), ("", "sil", "points"), (preset_scene("moons", 30, 0).link, "", "loss")],
)
def test_a_question_that_cannot_be_read_says_what(points, loss, what):
    with pytest.raises(PlaygroundError, match=f"the {what} cannot be read"):
        force_of(points, loss)
