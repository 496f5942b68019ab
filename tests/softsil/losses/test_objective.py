"""The weighted sum of terms."""

import pytest
import torch
from torch import nn

from softsil import Objective, SoftSilhouetteLoss
from softsil.losses.objective import Term, build_objective
from softsil.losses.schedule import Schedule
from softsil.terms.recipe import parse_objective


@pytest.fixture
def outputs():
    generator = torch.Generator().manual_seed(4)
    embeddings = torch.randn(24, 8, generator=generator, requires_grad=True)
    logits = torch.randn(24, 3, generator=generator, requires_grad=True)
    return embeddings, torch.arange(24) % 3, logits


def test_the_total_is_the_weighted_sum_of_the_terms(outputs):
    x, y, logits = outputs
    objective = Objective({"ce": (nn.CrossEntropyLoss(), 2.0), "sil": (SoftSilhouetteLoss(), 0.5)})
    result = objective(x, y, logits=logits)
    torch.testing.assert_close(result.total, 2 * result.terms["ce"] + 0.5 * result.terms["sil"])


def test_terms_are_unweighted_and_detached(outputs):
    x, y, _ = outputs
    result = Objective({"sil": (SoftSilhouetteLoss(), 0.5)})(x, y)
    torch.testing.assert_close(result.terms["sil"], SoftSilhouetteLoss()(x, y).detach())
    assert not result.terms["sil"].requires_grad


def test_each_term_reads_its_own_input(outputs):
    x, y, logits = outputs
    Objective({"ce": (nn.CrossEntropyLoss(), 1.0)})(x, y, logits=logits).total.backward()
    assert x.grad is None
    assert logits.grad.abs().sum() > 0


def test_a_term_by_hand_may_say_what_it_reads(outputs):
    x, y, logits = outputs
    result = Objective({"sil": (SoftSilhouetteLoss(), 1.0, "logits")})(x, y, logits=logits)
    torch.testing.assert_close(result.total, SoftSilhouetteLoss()(logits, y))


def test_two_views_are_stacked_with_their_labels_repeated(outputs):
    x, y, _ = outputs
    objective = Objective({"sil": Term(SoftSilhouetteLoss(), two_views=True)})
    expected = SoftSilhouetteLoss()(torch.cat([x, x + 1]), torch.cat([y, y]))
    assert objective.needs_two_views
    torch.testing.assert_close(objective(x, y, second_view=x + 1).total, expected)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [("ce", "'ce' reads logits, so call the objective with logits="), ("supcon2", "with second_view=")],
)
def test_a_missing_input_is_named_in_the_error(outputs, recipe, message):
    x, y, _ = outputs
    with pytest.raises(ValueError, match=message):
        Objective.from_recipe(recipe, num_classes=3, embedding_dim=8)(x, y)


def test_a_term_of_weight_zero_is_watched_but_changes_nothing(outputs):
    x, y, logits = outputs
    objective = Objective({"ce": (nn.CrossEntropyLoss(), 1.0), "sil": (SoftSilhouetteLoss(), 0.0)})
    result = objective(x, y, logits=logits)
    assert result.terms["sil"] > 0
    assert result.total == result.terms["ce"]


def test_infinity_in_a_term_of_weight_zero_does_not_reach_the_total(outputs):
    x, y, logits = outputs
    objective = Objective({"sil": (SoftSilhouetteLoss(), 1.0), "ce": (nn.CrossEntropyLoss(), 0.0)})
    assert torch.isfinite(objective(x, y, logits=logits.detach() * torch.inf).total)


def test_weights_follow_their_schedules(outputs):
    x, y, _ = outputs
    objective = Objective({"sil": (SoftSilhouetteLoss(), Schedule(0, 2, epochs=4))})
    result = objective(x, y, epoch=1)
    torch.testing.assert_close(result.total.detach(), 0.5 * result.terms["sil"])


def test_the_epoch_also_moves_temperatures(outputs):
    x, y, _ = outputs
    config = parse_objective(
        {"terms": {"sil": {"temperature": 1.0, "final_temperature": 0.2, "temperature_schedule": "linear"}}}
    )
    result = build_objective(config, num_classes=3, embedding_dim=8)(x, y, epoch=10)
    torch.testing.assert_close(result.total, SoftSilhouetteLoss(temperature=0.2)(x, y))


def test_a_warm_up_starts_at_zero_and_keeps_its_weight():
    config = parse_objective({"terms": {"ce": {}, "sil": {"weight": 2.0, "weight_schedule": "warmup"}}})
    objective = build_objective(config, num_classes=3, embedding_dim=8)
    assert [objective.weights(epoch)["sil"] for epoch in (0, 5, 10, 50)] == [0, 1, 2, 2]


def test_parameters_of_terms_are_parameters_of_the_objective():
    objective = Objective.from_recipe("ce+center+proxynca", num_classes=3, embedding_dim=8)
    assert sorted(tuple(p.shape) for p in objective.parameters()) == [(3, 8), (3, 8)]


def test_the_state_of_terms_survives_a_checkpoint():
    first, second = (Objective.from_recipe("center", num_classes=3, embedding_dim=8) for _ in range(2))
    second.load_state_dict(first.state_dict())
    assert torch.equal(*(next(o.parameters()) for o in (first, second)))


def test_half_precision_outputs_are_computed_in_float32(outputs):
    x, y, logits = outputs
    objective = Objective.from_recipe("ce+sil+supcon", num_classes=3, embedding_dim=8)
    with torch.autocast("cpu", torch.bfloat16):
        result = objective(x.bfloat16(), y, logits=logits.bfloat16())
    expected = objective(x.bfloat16().float(), y, logits=logits.bfloat16().float())
    assert result.total.dtype == torch.float32
    torch.testing.assert_close(result.total, expected.total)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({}, "at least one term"),
        ({"sil": (SoftSilhouetteLoss(), -1.0)}, "weight of the loss term 'sil' must be 0 or more, got -1.0"),
        ({"sil": (SoftSilhouetteLoss(), 1.0, "pixels")}, "can read logits, embeddings, projections, got 'pixels'"),
    ],
)
def test_a_bad_objective_is_named_in_the_error(terms, message):
    with pytest.raises(ValueError, match=message):
        Objective(terms)
