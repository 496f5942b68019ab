"""What the tour says is what its scenes do: every claim, after the steps that two presses of Play take."""

from dataclasses import dataclass

import pytest
import torch
from torch.nn import functional

from trainers.playground.physics import World, silhouette
from ui.panels.playground_tools import STEPS_PLAYED
from ui.playground.link import as_objective, read_loss
from ui.playground.scene import read_scene
from ui.playground.tour import SCENES


@dataclass
class Seen:
    """What one side looks like."""

    loss: float
    force: torch.Tensor
    spread: float
    angle: float
    apart: float
    right: float
    silhouette: float
    radius: float


def look(world: World) -> Seen:
    points, labels = world.points, world.labels
    unit = functional.normalize(points)
    means = torch.stack([points[labels == label].mean(0) for label in labels.unique()])
    axes = functional.normalize(torch.stack([unit[labels == label].mean(0) for label in labels.unique()]))
    loss, force = world.pull()
    return Seen(
        loss=loss,
        force=force.norm(dim=1),
        spread=float((points - means[labels]).norm(dim=1).mean()),
        angle=float((1 - (unit * axes[labels]).sum(1)).mean()),
        apart=float(torch.pdist(means).mean()),
        right=float((world.classifier(points).argmax(1) == labels).float().mean()),
        silhouette=silhouette(points, labels),
        radius=float(points.norm(dim=1).mean()),
    )


def play(number: int, presses: int = 2, size: float = 0.1) -> list[tuple[Seen, Seen]]:
    """Both sides of a scene, before and after."""
    scene = SCENES[number - 1]
    start = read_scene(scene.points)
    sides = []
    for text in (scene.left, scene.right):
        recipe, settings = read_loss(text, "nothing")
        assert recipe != "nothing"
        world = World.of(start.points, start.labels, as_objective(recipe, settings))
        before = look(world)
        for _ in range(presses * STEPS_PLAYED):
            world.step(size)
        sides.append((before, look(world)))
    return sides


def test_scene_1_both_sort_the_classes_out_and_cross_entropy_leaves_them_spread():
    (_, ce), (_, sil) = play(1)
    assert ce.right == 1
    assert min(ce.silhouette, sil.silhouette) > 0.95
    assert ce.angle > 20 * sil.angle


def test_scene_1_cross_entropy_moves_the_points_outward_and_the_silhouette_hardly_does():
    (before, ce), (_, sil) = play(1)
    assert ce.radius > 2 * before.radius
    assert sil.radius < 1.1 * before.radius


def test_scene_2_center_loss_shrinks_classes_and_only_cross_entropy_moves_them_far_apart():
    (before, center), (_, both) = play(2)
    assert center.spread < 0.01 * before.spread
    assert both.apart > 1.5 * center.apart


def test_scene_3_the_strongest_force_is_many_times_the_average_one():
    (supcon, after), (ce, _) = play(3)
    assert supcon.force.max() > 4 * supcon.force.mean()
    assert ce.force.max() < 3 * ce.force.mean()
    assert after.angle < 0.001


def test_scene_4_the_soft_silhouette_is_content_and_the_pairs_are_not():
    (_, sil), (_, supcon) = play(4)
    assert sil.loss < 0.01
    assert sil.force.max() < 0.02
    assert supcon.loss > 1
    assert supcon.angle < 0.001


@pytest.mark.parametrize("side", [0, 1])
def test_scene_5_no_force_explodes_where_all_points_are_one(side):
    before, _ = play(5)[side]
    assert before.loss == pytest.approx(1, abs=0.02)
    assert before.force.max() < 1


def test_scene_5_the_classes_find_their_way_out_and_a_higher_floor_weakens_the_forces():
    (left, after), (right, _) = play(5)
    assert after.silhouette > 0.95
    assert right.force.mean() < 0.6 * left.force.mean()


def test_scene_6_both_are_right_and_the_sum_is_several_times_narrower():
    (_, ce), (_, both) = play(6)
    assert ce.right == both.right == 1
    assert both.spread < ce.spread / 2
    assert both.silhouette > ce.silhouette


def test_pairs_are_counted_rightly():
    assert 60 * 59 // 2 == 1770
    assert 17.9e6 < 6000 * 5999 / 2 < 18e6
