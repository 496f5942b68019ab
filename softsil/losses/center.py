"""Center loss: pulls every sample to a learned center of its class."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from softsil.losses._precision import check_batch, full_precision, single_or_double


class CenterLoss(nn.Module):
    """Half the mean squared distance of the samples to the centers of their classes.

    ``loss = 1/2 · mean_i |x_i − c_{y_i}|²``. It pulls classes together and never pushes them apart, so it needs a
    companion such as cross-entropy; a small weight (the authors use 0.003 to 0.1) keeps the space from shrinking.

    The centers are parameters: give ``loss.parameters()`` to the optimizer. (The authors update them by a rule of their
    own with a separate rate; that part is our reading.)

    Args:
        num_classes: labels are ``0 … num_classes - 1``.
        embedding_dim: length of one embedding.

    Raises:
        ValueError: an argument is below 1.

    Reference:
        Wen, Zhang, Li & Qiao 2016, A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV, eq. 2.
    """

    def __init__(self, num_classes: int, embedding_dim: int) -> None:
        super().__init__()
        if num_classes < 1 or embedding_dim < 1:
            raise ValueError(f"centers need classes and dimensions, got {num_classes} and {embedding_dim}")
        self.centers = nn.Parameter(torch.randn(num_classes, embedding_dim))

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of embeddings ``(N, embedding_dim)`` with labels ``(N,)`` in ``0 … num_classes - 1``.

        Raises:
            ValueError: shapes do not fit, or a label has no center.
        """
        check_batch(embeddings, labels)
        number = self.centers.shape[0]
        if labels.numel() and not (labels.min() >= 0 and labels.max() < number):
            raise ValueError(f"labels must be 0 … {number - 1}, got {int(labels.min())} … {int(labels.max())}")
        with full_precision(embeddings):
            gaps = single_or_double(embeddings) - self.centers[labels.long()]
            return gaps.square().sum() / (2 * max(1, labels.numel()))

    def extra_repr(self) -> str:
        """Settings, for ``print``."""
        return f"{self.centers.shape[0]} centers of dimension {self.centers.shape[1]}"
