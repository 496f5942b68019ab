"""A second view of a batch, for the losses that compare two."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

NOISE = 0.05
SHIFT_FRACTION = 1 / 8


def second_view(inputs: Tensor) -> Tensor:
    """A slightly changed copy of every sample; draws from torch's global generator.

    Args:
        inputs: ``[n, channels, height, width]``, shifted by up to an eighth of the image, or ``[n, …]`` of any other
            shape, which only gets noise of a twentieth of the batch's spread.

    Returns:
        A tensor of the same shape, dtype and device.
    """
    view = _shifted(inputs) if inputs.ndim == 4 else inputs
    spread = inputs.std() if inputs.numel() > 1 else inputs.new_ones(())
    return view + NOISE * spread * torch.randn_like(view)


def _shifted(images: Tensor) -> Tensor:
    count, _, height, width = images.shape
    reach = max(1, round(min(height, width) * SHIFT_FRACTION))
    padded = functional.pad(images, (reach,) * 4)
    rows, columns = (torch.randint(0, 2 * reach + 1, (count, 1), device=images.device) for _ in range(2))
    rows = rows + torch.arange(height, device=images.device)
    columns = columns + torch.arange(width, device=images.device)
    sample = torch.arange(count, device=images.device)
    return padded[sample[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
