"""Losses and metrics give the same on an accelerator as on the processor."""

import pytest
import torch

from softsil import SoftSilhouetteLoss
from softsil.metrics import knn_accuracy, silhouette_samples

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
METRICS = ["cosine", "sqeuclidean", "euclidean"]


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3000, 16, generator=generator), torch.randint(-4, 9, (3000,), generator=generator)


@pytest.mark.parametrize("metric", METRICS)
def test_the_loss_and_its_gradient(batch, metric):
    results = []
    for device in ("cpu", "cuda"):
        x, y = batch[0].to(device).requires_grad_(), batch[1].to(device)
        value = SoftSilhouetteLoss(metric)(x, y)
        value.backward()
        results.append((value.detach().cpu(), x.grad.cpu()))
    torch.testing.assert_close(*results, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("metric", METRICS)
def test_silhouettes_stay_on_the_device(batch, metric):
    x, y = batch
    values = silhouette_samples(x.cuda(), y.cuda(), metric)
    assert values.is_cuda
    torch.testing.assert_close(values.cpu(), silhouette_samples(x, y, metric), atol=1e-5, rtol=0)


def test_nearest_neighbors(batch):
    x, y = batch
    assert knn_accuracy(x.cuda(), y.cuda()) == pytest.approx(knn_accuracy(x, y), abs=2e-3)
