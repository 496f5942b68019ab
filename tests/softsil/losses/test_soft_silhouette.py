"""The Soft Silhouette Loss against the formula written as a loop, and against its own promises."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_metric_learning.losses import MultipleLosses, SupConLoss
from sklearn.metrics import silhouette_samples

from softsil import SoftSilhouetteLoss
from softsil.losses.schedule import Schedule

METRICS = ["cosine", "sqeuclidean", "euclidean"]
SOFT_MINS = ["normalized", "logsumexp"]
REDUCTIONS = ["mean", "class_mean", "none"]


def gradient(loss, x, y, **extra):
    x = x.detach().clone().requires_grad_()
    loss(x, y, **extra).backward()
    return x.grad


def placed(x, metric):
    """What the loop must see: Euclidean metrics rescale to unit root mean square distance from the mean."""
    x = x.numpy()
    gaps = x - x.mean(0)
    return x if metric == "cosine" else gaps / np.sqrt((gaps**2).sum() / len(x))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("soft_min", SOFT_MINS)
@pytest.mark.parametrize("temperature", [0.03, 0.5])
def test_samples_equal_the_formula(batch, loop_losses, metric, soft_min, temperature):
    x, y = batch
    loss = SoftSilhouetteLoss(metric, temperature, soft_min, "none")
    expected = loop_losses(placed(x, metric), y.numpy(), metric, temperature, soft_min)
    np.testing.assert_allclose(loss(x, y).numpy(), np.nan_to_num(expected), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("metric", ["sqeuclidean", "euclidean"])
def test_without_rescaling_distances_count_as_they_are(batch, loop_losses, metric):
    x, y = batch
    loss = SoftSilhouetteLoss(metric, 1.0, reduction="none", rescale=False)
    expected = loop_losses(x.numpy(), y.numpy(), metric, 1.0)
    np.testing.assert_allclose(loss(x, y).numpy(), np.nan_to_num(expected), rtol=1e-10, atol=1e-12)


def test_mean_is_over_valid_samples(batch, loop_losses):
    x, y = batch
    assert SoftSilhouetteLoss()(x, y).item() == pytest.approx(np.nanmean(loop_losses(x.numpy(), y.numpy())))


def test_class_mean_weighs_every_class_the_same(batch, loop_losses):
    x, y = batch
    values, labels = loop_losses(x.numpy(), y.numpy()), y.numpy()
    by_class = [np.mean(values[labels == c]) for c in set(labels.tolist()) - {99}]
    assert SoftSilhouetteLoss(reduction="class_mean")(x, y).item() == pytest.approx(np.mean(by_class))


def test_sample_weights_weigh_the_mean(batch):
    x, y = batch
    weights = torch.linspace(0, 2, 40, dtype=torch.float64)
    values = SoftSilhouetteLoss(reduction="none")(x, y)
    expected = (values * weights).sum() / weights[values > 0].sum()
    torch.testing.assert_close(SoftSilhouetteLoss()(x, y, weights), expected)


def test_class_mean_weighs_samples_within_their_class(batch):
    x, y = batch
    weights = torch.linspace(0, 2, 40, dtype=torch.float64)
    values = SoftSilhouetteLoss(reduction="none")(x, y)
    by_class = [(values * weights)[y == c].sum() / weights[y == c].sum() for c in set(y.tolist()) - {99}]
    result = SoftSilhouetteLoss(reduction="class_mean")(x, y, weights)
    torch.testing.assert_close(result, torch.stack(by_class).mean())


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_weights_of_zero_everywhere_are_a_zero_that_backpropagates(batch, reduction):
    x = batch[0].clone().requires_grad_()
    value = SoftSilhouetteLoss(reduction=reduction)(x, batch[1], torch.zeros(40)).sum()
    value.backward()
    assert value == 0
    assert not x.grad.any()


def test_it_is_called_like_the_losses_of_pytorch_metric_learning(batch):
    x, y = batch[0].float(), batch[1]
    contrastive = SupConLoss()
    both = MultipleLosses([SoftSilhouetteLoss(), contrastive], weights=[2, 1])
    torch.testing.assert_close(both(x, y), 2 * SoftSilhouetteLoss()(x, y) + contrastive(x, y))


def test_an_ignored_label_is_as_if_its_samples_were_not_there(batch):
    x, y = batch
    keep = y != 3
    torch.testing.assert_close(SoftSilhouetteLoss(ignore_index=3)(x, y), SoftSilhouetteLoss()(x[keep], y[keep]))


def test_ignored_samples_get_zero_in_place(batch):
    x, y = batch
    values = SoftSilhouetteLoss(ignore_index=3, reduction="none")(x, y)
    assert values.shape == (40,)
    assert not values[y == 3].any()


def test_ignoring_everything_is_a_zero_that_backpropagates(batch):
    x = batch[0]
    assert not gradient(SoftSilhouetteLoss(ignore_index=3), x, torch.full((40,), 3)).any()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("soft_min", SOFT_MINS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_are_right(batch, metric, soft_min, reduction):
    x, y = batch[0][:14].requires_grad_(), batch[1][:14]
    assert torch.autograd.gradcheck(lambda v: SoftSilhouetteLoss(metric, 0.2, soft_min, reduction)(v, y), x)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("soft_min", SOFT_MINS)
def test_second_derivatives_are_right(batch, metric, soft_min):
    x, y = batch[0][:10].requires_grad_(), batch[1][:10]
    assert torch.autograd.gradgradcheck(lambda v: SoftSilhouetteLoss(metric, 0.2, soft_min)(v, y), x)


def test_gradients_with_weights_and_an_ignored_label_are_right(batch):
    x, y, weights = batch[0][:14].requires_grad_(), batch[1][:14], torch.linspace(0, 3, 14, dtype=torch.float64)
    loss = SoftSilhouetteLoss(reduction="class_mean", ignore_index=3)
    assert torch.autograd.gradcheck(lambda v: loss(v, y, weights), x)


@pytest.mark.parametrize("metric", METRICS)
def test_small_temperature_gives_the_classical_silhouette(batch, metric):
    x, y = batch
    values = 1 - SoftSilhouetteLoss(metric, 1e-7, reduction="none")(x, y)
    expected = silhouette_samples(x.numpy(), y.numpy(), metric=metric)
    expected[5] = 1  # alone in its class: no loss
    np.testing.assert_allclose(values.numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_samples_does_not_matter(batch, metric, seed):
    x, y = batch
    order = torch.randperm(40, generator=torch.Generator().manual_seed(seed))
    loss = SoftSilhouetteLoss(metric, reduction="none")
    torch.testing.assert_close(loss(x[order], y[order]), loss(x, y)[order])


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_rotation_does_not_matter(batch, metric, seed):
    x, y = batch
    generator = torch.Generator().manual_seed(seed)
    rotation = torch.linalg.qr(torch.randn(6, 6, generator=generator, dtype=torch.float64)).Q
    torch.testing.assert_close(SoftSilhouetteLoss(metric)(x @ rotation, y), SoftSilhouetteLoss(metric)(x, y))


@settings(max_examples=25, deadline=None)
@given(names=st.lists(st.integers(-(10**12), 10**12), min_size=5, max_size=5, unique=True))
def test_names_of_classes_do_not_matter(batch, names):
    x, y = batch
    renamed = torch.tensor(names)[torch.unique(y, return_inverse=True)[1]]
    torch.testing.assert_close(SoftSilhouetteLoss()(x, renamed), SoftSilhouetteLoss()(x, y))


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int16, torch.int32])
def test_labels_may_have_any_integer_type(batch, dtype):
    x, y = batch[0], torch.unique(batch[1], return_inverse=True)[1]
    torch.testing.assert_close(SoftSilhouetteLoss()(x, (25 * y).to(dtype)), SoftSilhouetteLoss()(x, y))


@pytest.mark.parametrize("low", [-(2**62), 0])
def test_labels_of_a_large_batch_may_have_any_values(low):
    x = torch.randn(3000, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    y = torch.arange(3000) % 3
    far = torch.tensor([0, 5, 2**40])[y] + low
    near = torch.tensor([0, 7, 2])[y] + low
    expected = SoftSilhouetteLoss()(x, y)
    torch.testing.assert_close(SoftSilhouetteLoss()(x, far), expected)
    torch.testing.assert_close(SoftSilhouetteLoss()(x, near), expected)


@pytest.mark.parametrize("metric", ["sqeuclidean", "euclidean"])
def test_scale_and_position_do_not_matter_when_rescaled(batch, metric):
    x, y = batch
    torch.testing.assert_close(SoftSilhouetteLoss(metric)(1000 * x + 5, y), SoftSilhouetteLoss(metric)(x, y))


def test_length_of_embeddings_does_not_matter_to_cosine(batch):
    x, y = batch
    lengths = torch.linspace(0.01, 100, 40, dtype=torch.float64)[:, None]
    torch.testing.assert_close(SoftSilhouetteLoss()(x * lengths, y), SoftSilhouetteLoss()(x, y))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("soft_min", SOFT_MINS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_value_and_gradient_are_finite_for_any_batch(data, metric, soft_min, reduction):
    rows = data.draw(st.integers(0, 8))
    numbers = st.sampled_from([0.0, 1.0, -1.0, 1e-20, 1e4, -1e4, 0.3])
    x = torch.tensor(data.draw(st.lists(numbers, min_size=rows * 3, max_size=rows * 3))).view(rows, 3)
    y = torch.tensor(data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)), dtype=torch.int64)
    x.requires_grad_()
    value = SoftSilhouetteLoss(metric, soft_min=soft_min, reduction=reduction)(x, y).sum()
    value.backward()
    assert math.isfinite(value.item())
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("soft_min", SOFT_MINS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_duplicates_across_classes_and_zero_vectors_have_a_finite_gradient(metric, soft_min, reduction):
    x = torch.cat([torch.ones(6, 3), torch.zeros(6, 3)]).requires_grad_()
    value = SoftSilhouetteLoss(metric, soft_min=soft_min, reduction=reduction)(x, torch.arange(12) % 2).sum()
    value.backward()
    assert math.isfinite(value.item())
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("labels", [[], [1], [1, 1, 1], [1, 2, 3], [1, 2]])
def test_a_batch_without_a_valid_sample_gives_a_zero_that_backpropagates(metric, reduction, labels):
    x = torch.randn(len(labels), 4, requires_grad=True)
    value = SoftSilhouetteLoss(metric, reduction=reduction)(x, torch.tensor(labels, dtype=torch.int64)).sum()
    value.backward()
    assert value.item() == 0
    assert not x.grad.any()


def test_a_zero_does_not_turn_into_nan_when_an_embedding_is_infinite():
    x = torch.full((3, 2), torch.inf, requires_grad=True)
    value = SoftSilhouetteLoss()(x, torch.tensor([1, 1, 1]))
    value.backward()
    assert value.item() == 0
    assert not x.grad.any()


def near_one_point(classes, noise):
    generator = torch.Generator().manual_seed(1)
    labels = torch.arange(max(1000, 2 * classes)) % classes
    point = torch.nn.functional.normalize(torch.randn(1, 32, generator=generator))
    return point + noise * torch.randn(len(labels), 32, generator=generator), labels


@pytest.mark.parametrize("classes", [10, 100, 1000])
@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3, 1e-2])
def test_value_and_gradient_are_bounded_when_embeddings_collapse(classes, noise):
    x, y = near_one_point(classes, noise)
    slope = gradient(SoftSilhouetteLoss(), x, y)
    assert 0 < SoftSilhouetteLoss()(x, y).item() < 2
    assert slope.norm().item() < 0.2


@pytest.mark.parametrize(("classes", "value"), [(10, 22), (100, 458), (1000, 6900)])
def test_the_literal_form_is_singular_when_embeddings_collapse(classes, value):
    x, y = near_one_point(classes, 0.0)
    assert SoftSilhouetteLoss(soft_min="logsumexp")(x, y).item() == pytest.approx(value, rel=0.01)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(batch, metric, dtype):
    x, y = batch[0].to(dtype), batch[1]
    torch.testing.assert_close(SoftSilhouetteLoss(metric)(x, y), SoftSilhouetteLoss(metric)(x.float(), y))
    assert gradient(SoftSilhouetteLoss(metric), x, y).dtype == dtype


@pytest.mark.parametrize("metric", METRICS)
def test_autocast_changes_nothing(batch, metric):
    x, y = batch[0].float(), batch[1]
    with torch.autocast("cpu", torch.bfloat16):
        inside = SoftSilhouetteLoss(metric)(x, y)
    assert inside == SoftSilhouetteLoss(metric)(x, y)


def test_many_samples_in_bfloat16_lose_nothing_in_the_class_sums():
    x = torch.randn(20_000, 4, generator=torch.Generator().manual_seed(0)).bfloat16()
    y = torch.arange(20_000) % 3
    torch.testing.assert_close(
        SoftSilhouetteLoss()(x, y).double(), SoftSilhouetteLoss()(x.double(), y), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("metric", ["sqeuclidean", "euclidean"])
def test_float32_far_from_the_origin_keeps_its_digits(batch, metric):
    x, y = batch[0].float() + 1e4, batch[1]
    expected = SoftSilhouetteLoss(metric)(x.double(), y)
    torch.testing.assert_close(SoftSilhouetteLoss(metric)(x, y).double(), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("metric", METRICS)
def test_inputs_are_not_changed(batch, metric):
    x, y = batch[0].clone(), batch[1].clone()
    gradient(SoftSilhouetteLoss(metric), x, y)
    assert torch.equal(x, batch[0])
    assert torch.equal(y, batch[1])


def test_backward_twice_over_one_graph_gives_the_same_gradient(batch):
    x = batch[0].clone().requires_grad_()
    value = SoftSilhouetteLoss()(x, batch[1])
    (first,) = torch.autograd.grad(value, x, retain_graph=True)
    (second,) = torch.autograd.grad(value, x)
    assert torch.equal(first, second)


def test_gradient_descent_separates_the_classes():
    x = torch.randn(60, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = torch.arange(60) % 3
    optimizer = torch.optim.Adam([x], lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        SoftSilhouetteLoss()(x, y).backward()
        optimizer.step()
    assert silhouette_samples(x.detach().numpy(), y.numpy(), metric="cosine").min() > 0.9


def test_a_temperature_may_follow_the_epochs(batch):
    loss = SoftSilhouetteLoss(temperature=Schedule(0.5, 0.1, epochs=10))
    loss.set_epoch(10)
    assert loss(*batch) == SoftSilhouetteLoss(temperature=0.1)(*batch)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"metric": "l1"}, "metric must be one of cosine, sqeuclidean, euclidean, got 'l1'"),
        ({"temperature": 0}, "temperature must be above 0, got 0"),
        ({"temperature": float("nan")}, "temperature must be above 0, got nan"),
        ({"soft_min": "hard"}, "soft_min must be one of normalized, logsumexp, got 'hard'"),
        ({"reduction": "sum"}, "reduction must be one of mean, class_mean, none, got 'sum'"),
    ],
)
def test_a_bad_setting_is_named_in_the_error(settings, message):
    with pytest.raises(ValueError, match=message):
        SoftSilhouetteLoss(**settings)


@pytest.mark.parametrize(
    ("x", "y", "weights", "message"),
    [
        (torch.ones(3), torch.ones(3).long(), None, r"shape \(N, d\), got torch.float32 \(3,\)"),
        (torch.ones(3, 2).long(), torch.ones(3).long(), None, "must be floating point"),
        (torch.ones(3, 2), torch.ones(4).long(), None, r"labels must be integers of shape \(3,\)"),
        (torch.ones(3, 2), torch.ones(3), None, "labels must be integers"),
        (torch.ones(3, 2), torch.ones(3).long(), torch.ones(2), r"weights must have shape \(3,\), got \(2,\)"),
    ],
)
def test_a_bad_batch_is_named_in_the_error(x, y, weights, message):
    with pytest.raises(ValueError, match=message):
        SoftSilhouetteLoss()(x, y, weights)
