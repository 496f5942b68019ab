"""The playground's numbers are the library's own."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from softsil import SoftSilhouetteLoss
from softsil.errors import SoftsilError
from softsil.terms.registry import TERMS
from trainers.playground import physics
from trainers.playground.physics import LONGEST_MOVE, World, only_directions_count
from trainers.playground.presets import MOST, PRESETS, make
from trainers.playground.worker import MOST_POINTS, answer

POINTS, LABELS = make("overlapping", 40, 0)


def test_loss_and_force_are_those_of_the_library():
    points = torch.tensor(POINTS, requires_grad=True)
    expected = SoftSilhouetteLoss()(points, torch.tensor(LABELS))
    expected.backward()
    loss, force = World.of(POINTS, LABELS, "sil").pull()
    assert loss == pytest.approx(expected.item())
    torch.testing.assert_close(force, -40 * points.grad)


@pytest.mark.parametrize("term", [term.name for term in TERMS])
def test_a_step_along_the_force_lowers_every_loss(term):
    world = World.of(POINTS, LABELS, term)
    before, _ = world.pull()
    for _ in range(10):
        world.step(0.02)
    assert world.pull()[0] < before


@pytest.mark.parametrize("loss", ["ce", "center", "proxynca", "ce+sil"])
def test_what_is_learned_goes_on_where_it_was(loss):
    straight = World.of(POINTS, LABELS, loss)
    for _ in range(4):
        straight.step(0.1)
    first = World.of(POINTS, LABELS, loss)
    for _ in range(2):
        first.step(0.1)
    second = World.of(first.points.tolist(), LABELS, loss, first.learned)
    for _ in range(2):
        second.step(0.1)
    torch.testing.assert_close(second.points, straight.points, rtol=1e-4, atol=1e-4)


def test_no_point_moves_farther_than_the_bound():
    near_center = [[0.001, 0.0], [-0.001, 0.0], [1.0, 1.0], [1.0, -1.0]]
    world = World.of(near_center, [0, 1, 0, 1], "supcon")
    assert world.pull()[1].norm(dim=1).max() > 10
    world.step(1.0)
    moved = world.points - torch.tensor(near_center)
    assert moved.norm(dim=1).max() <= LONGEST_MOVE + 1e-6


def test_a_landscape_is_the_loss_with_the_point_at_each_place(monkeypatch):
    monkeypatch.setattr(physics, "LANDSCAPE_SECONDS", 1e9)
    world = World.of(POINTS, LABELS, "sil")
    landscape = world.landscape(3, 5)
    moved = world.points.clone()
    moved[3] = torch.tensor([-3.0, 1.5])
    assert landscape[3][0] == pytest.approx(float(world.loss(moved)), abs=1e-4)
    assert len(landscape) == len(landscape[0]) == 5


def test_losses_on_directions_are_told_from_others():
    for loss, expected in (("sil", True), ("supcon", True), ("ce", False), ("center", False)):
        world = World.of(POINTS, LABELS, loss)
        assert only_directions_count(world.points, world.pull()[1]) is expected


def test_classes_that_collapse_under_cross_entropy_score_by_the_classifier():
    world = World.of(POINTS, LABELS, "ce")
    loss, _ = world.pull()
    logits = world.classifier(world.points)
    assert loss == pytest.approx(functional.cross_entropy(logits, world.labels).item())


def test_an_answer_has_a_frame_for_every_step_and_the_last_force():
    said = answer({"points": POINTS, "labels": LABELS, "loss": "sil", "steps": 3, "size": 0.1, "point": 0, "cells": 4})
    assert [len(said[name]) for name in ("frames", "losses", "silhouettes")] == [4, 4, 4]
    assert said["frames"][0] == POINTS
    assert np.shape(said["force"]) == (40, 2)
    assert said["losses"][-1] < said["losses"][0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"points": [[0, 0]] * (MOST_POINTS + 1), "labels": [0] * (MOST_POINTS + 1), "loss": "ce"}, "too many"),
        ({"points": [[0, 0, 0]], "labels": [0], "loss": "ce"}, r"expected points \[n, 2\]"),
        ({"points": [[0, 0]], "labels": [0, 1], "loss": "ce"}, "with n labels"),
        ({"points": POINTS, "labels": LABELS, "loss": "cee"}, "Did you mean 'ce'"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_a_sentence(question, sentence):
    with pytest.raises((SoftsilError, ValueError), match=sentence):
        answer(question)


@pytest.mark.parametrize("name", PRESETS.names())
def test_a_preset_is_the_same_for_the_same_seed_and_lies_within_the_plane(name):
    points, labels = make(name, 120, 4)
    assert (points, labels) == make(name, 120, 4)
    assert points != make(name, 120, 5)[0]
    assert len(points) == len(labels) == 120
    assert np.abs(points).max() < 4


def test_presets_keep_to_what_the_playground_takes():
    assert len(make("blobs", 10_000, 0)[0]) == MOST
