"""Remembered class sums."""

import pytest
import torch

from softsil import SoftSilhouetteLoss
from softsil.losses.class_memory import ClassMemory


@pytest.fixture
def halves():
    """One batch of three classes, cut in two; the second half holds one class only."""
    x = torch.randn(30, 5, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    y = torch.tensor([0, 1, 2] * 8 + [2] * 6)
    return (x[:24], y[:24]), (x[24:], y[24:])


def full_memory(halves, momentum=0.999):
    """A loss that has seen the first half."""
    loss = SoftSilhouetteLoss(memory=ClassMemory(3, 5, momentum)).double()
    loss(*halves[0])
    return loss


def test_an_empty_memory_changes_nothing(halves):
    loss = SoftSilhouetteLoss(memory=ClassMemory(3, 5)).double()
    torch.testing.assert_close(loss(*halves[0]), SoftSilhouetteLoss()(*halves[0]))


def test_a_batch_of_one_class_competes_against_remembered_classes(halves):
    assert SoftSilhouetteLoss()(*halves[1]) == 0
    assert full_memory(halves)(*halves[1]) > 0


def test_remembered_samples_count_like_samples_of_the_batch(halves):
    """With hardly any fading, scoring the second half after the first equals scoring both and keeping the second."""
    (x1, y1), (x2, y2) = halves
    together = SoftSilhouetteLoss(reduction="none")(torch.cat([x1, x2]), torch.cat([y1, y2]))
    loss = full_memory(halves, momentum=0.999999)
    torch.testing.assert_close(loss(x2, y2), together[24:].mean(), rtol=1e-4, atol=1e-5)


def test_gradients_through_the_batch_are_right(halves):
    loss, (x, y) = full_memory(halves).eval(), halves[1]
    assert torch.autograd.gradcheck(lambda v: loss(v, y), x.clone().requires_grad_())


def test_second_derivatives_are_right(halves):
    loss, (x, y) = full_memory(halves).eval(), halves[1]
    assert torch.autograd.gradgradcheck(lambda v: loss(v, y[:4]), x[:4].clone().requires_grad_())


def test_what_is_remembered_fades_by_the_momentum_at_every_batch(halves):
    (x1, y1), (x2, y2) = halves
    memory = ClassMemory(3, 5, momentum=0.5).double()
    memory.update(x1, y1)
    first, mass = memory.sums.clone(), memory.mass.clone()
    batch = memory.batch(x2, y2)
    torch.testing.assert_close(batch.remembered, 0.5 * first)
    torch.testing.assert_close(batch.count, 0.5 * mass + torch.tensor([0, 0, 6]))
    memory.update(x2, y2)
    arrived = torch.nn.functional.normalize(x2).sum(0)
    torch.testing.assert_close(memory.sums[2], 0.5 * first[2] + arrived)
    torch.testing.assert_close(memory.mass, 0.5 * mass + torch.tensor([0, 0, 6]))


def test_a_class_seen_long_ago_fades_away(halves):
    loss = full_memory(halves, momentum=0.5)
    for _ in range(8):
        loss(*halves[1])
    assert loss(*halves[1]) == 0


def test_evaluation_reads_but_does_not_write(halves):
    loss = full_memory(halves).eval()
    before = loss.memory.mass.clone()
    loss(*halves[1])
    assert torch.equal(loss.memory.mass, before)


def test_what_is_remembered_is_part_of_the_state(halves):
    fresh = SoftSilhouetteLoss(memory=ClassMemory(3, 5, 0.999)).double()
    fresh.load_state_dict(full_memory(halves).state_dict())
    torch.testing.assert_close(fresh(*halves[1]), full_memory(halves)(*halves[1]))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (torch.ones(2, 4), [0, 1], "embeddings of length 5, got 4"),
        (torch.ones(2, 5), [0, 3], "labels must be 0 … 2 with this class memory, got 0 … 3"),
    ],
)
def test_a_batch_that_does_not_fit_is_named_in_the_error(x, y, message):
    with pytest.raises(ValueError, match=message):
        SoftSilhouetteLoss(memory=ClassMemory(3, 5))(x, torch.tensor(y))


@pytest.mark.parametrize(("arguments", "message"), [((0, 5), "got 0 and 5"), ((3, 5, 1.0), "below 1, got 1.0")])
def test_bad_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ClassMemory(*arguments)


def test_only_the_cosine_metric_has_a_memory():
    with pytest.raises(ValueError, match="cosine metric only, got metric='euclidean'"):
        SoftSilhouetteLoss("euclidean", memory=ClassMemory(3, 5))
