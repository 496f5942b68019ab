import pytest

from softsil.terms.recipe import parse_objective
from trainers.bench.registry import LOSSES
from trainers.bench.tuning import best, grid, label, trains_classifier, with_settings


@pytest.mark.parametrize("loss", LOSSES)
def test_no_loss_has_more_than_twelve_candidates(loss):
    assert len(grid(loss)) == {"ce": 0, "supcon": 3, "supcon2": 3, "proxynca": 3, "ce+center": 4}.get(loss, 12)


def test_a_term_that_stands_alone_tunes_no_weight():
    assert all(list(settings) == ["supcon.temperature"] for settings in grid("supcon2"))


def test_settings_reach_the_terms_and_nothing_else_changes():
    objective = with_settings("ce+sil+supcon2", {"sil.weight": 0.3, "sil.temperature": 0.05}, "x")
    assert (objective.name, objective.terms["sil"].weight, objective.terms["sil"].temperature) == ("x", 0.3, 0.05)
    assert objective.terms["supcon"] == parse_objective("ce+sil+supcon2").terms["supcon"]


@pytest.mark.parametrize("loss", LOSSES)
def test_every_candidate_is_a_valid_loss(loss):
    for settings in grid(loss):
        name = f"{loss} {label(settings)}"
        assert with_settings(loss, settings, name).name == name


def test_the_best_mean_wins_and_of_equals_the_first():
    assert best([[0.5, 0.7], [0.9, 0.2], [0.7, 0.5]]) == 0
    assert best([[0.5], [0.6], [0.6]]) == 1


def test_a_candidate_that_failed_once_is_out():
    assert best([[None, 1.0], [0.1, 0.1]]) == 1
    assert best([[None], [None]]) == 0


def test_losses_without_a_classifier_are_known():
    judged_by_probe = [loss for loss in LOSSES if not trains_classifier(parse_objective(loss))]
    assert judged_by_probe == ["supcon", "supcon2", "proxynca"]
