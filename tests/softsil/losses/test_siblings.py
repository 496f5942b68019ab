"""Silhouette Distance loss and Center loss."""

import numpy as np
import pytest
import torch
from sklearn.metrics import silhouette_samples

from softsil.losses.center import CenterLoss
from softsil.losses.silhouette_distance import SilhouetteDistanceLoss

METRICS = ["cosine", "sqeuclidean", "euclidean"]


@pytest.mark.parametrize("metric", METRICS)
def test_silhouette_distance_is_half_of_one_minus_the_silhouette(batch, metric):
    x, y = batch
    values = silhouette_samples(x.numpy(), y.numpy(), metric=metric)[y.numpy() != 99]
    assert SilhouetteDistanceLoss(metric)(x, y).item() == pytest.approx((1 - np.mean(values)) / 2)


@pytest.mark.parametrize("metric", METRICS)
def test_gradients_of_silhouette_distance_are_right(batch, metric):
    x, y = batch[0][:14].clone().requires_grad_(), batch[1][:14]
    assert torch.autograd.gradcheck(lambda v: SilhouetteDistanceLoss(metric)(v, y), x)


def test_second_derivatives_of_silhouette_distance_are_refused_clearly(batch):
    x = batch[0].clone().requires_grad_()
    (slope,) = torch.autograd.grad(SilhouetteDistanceLoss()(x, batch[1]), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("labels", [[], [1], [1, 1, 1], [1, 2, 3]])
def test_silhouette_distance_without_a_valid_sample_is_a_zero_that_backpropagates(metric, labels):
    x = torch.randn(len(labels), 4, requires_grad=True)
    value = SilhouetteDistanceLoss(metric)(x, torch.tensor(labels, dtype=torch.int64))
    value.backward()
    assert value.item() == 0
    assert not x.grad.any()


@pytest.mark.parametrize("metric", METRICS)
def test_silhouette_distance_of_one_point_has_a_finite_gradient(metric):
    x = torch.ones(6, 3, requires_grad=True)
    SilhouetteDistanceLoss(metric)(x, torch.arange(6) % 2).backward()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize(("settings", "message"), [({"metric": "l1"}, "got 'l1'"), ({"delta": 0}, "above 0, got 0")])
def test_a_bad_setting_of_silhouette_distance_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SilhouetteDistanceLoss(**settings)


def test_center_loss_is_half_the_mean_squared_distance_to_the_own_center():
    loss = CenterLoss(2, 2)
    loss.centers.data = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    value = loss(torch.tensor([[3.0, 4.0], [1.0, 1.0]]), torch.tensor([0, 1]))
    assert value.item() == (25 + 0) / 4


def test_center_loss_moves_samples_and_centers():
    loss, x = CenterLoss(3, 4), torch.randn(6, 4, requires_grad=True)
    loss(x, torch.tensor([0, 0, 1, 1, 1, 1])).backward()
    assert (x.grad.abs().sum(1) > 0).all()
    assert (loss.centers.grad.abs().sum(1) > 0).tolist() == [True, True, False]


def test_center_loss_of_an_empty_batch_is_a_zero_that_backpropagates():
    x = torch.zeros(0, 4, requires_grad=True)
    value = CenterLoss(3, 4)(x, torch.zeros(0, dtype=torch.int64))
    value.backward()
    assert value.item() == 0


def test_center_loss_refuses_a_label_without_a_center():
    with pytest.raises(ValueError, match=r"labels must be 0 … 2, got 0 … 3"):
        CenterLoss(3, 2)(torch.ones(2, 2), torch.tensor([0, 3]))
