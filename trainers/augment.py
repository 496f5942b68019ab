"""Random changes of a batch, each sample by itself, where the batch lies."""

from __future__ import annotations

import math

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
    view = shifted(inputs, SHIFT_FRACTION) if inputs.ndim == 4 else inputs
    spread = inputs.std() if inputs.numel() > 1 else inputs.new_ones(())
    return view + NOISE * spread * torch.randn_like(view)


def shifted(images: Tensor, fraction: float) -> Tensor:
    """Each image moved by up to ``fraction`` of its shorter side, at least one pixel; zeros come in.

    Args:
        images: ``[n, channels, height, width]`` of any dtype.
        fraction: of the shorter side.
    """
    count, _, height, width = images.shape
    reach = max(1, round(min(height, width) * fraction))
    padded = functional.pad(images, (reach,) * 4)
    rows, columns = (torch.randint(0, 2 * reach + 1, (count, 1), device=images.device) for _ in range(2))
    rows = rows + torch.arange(height, device=images.device)
    columns = columns + torch.arange(width, device=images.device)
    sample = torch.arange(count, device=images.device)
    return padded[sample[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def mirrored(images: Tensor) -> Tensor:
    """Every image ``[n, channels, height, width]`` as it is or mirrored left to right, with even chances."""
    turned = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(turned, images.flip(-1), images)


def cropped(images: Tensor, smallest: float) -> Tensor:
    """A random part of each image, scaled to the size of the whole; torchvision's own crop draws once for a batch.

    Args:
        images: float32 ``[n, channels, height, width]``.
        smallest: smallest share of the area; the sides' ratio is 3/4 to 4/3 of the image's.
    """
    from torchvision.ops import roi_align

    count, _, height, width = images.shape
    area = torch.empty(count, device=images.device).uniform_(smallest, 1)
    stretch = torch.empty(count, device=images.device).uniform_(math.log(3 / 4) / 2, math.log(4 / 3) / 2).exp()
    sides = (area.sqrt() * stretch).clamp(max=1), (area.sqrt() / stretch).clamp(max=1)
    wide, high = sides[0] * width, sides[1] * height
    left, top = torch.rand_like(wide) * (width - wide), torch.rand_like(high) * (height - high)
    boxes = torch.stack([left, top, left + wide, top + high], dim=1)
    parts: Tensor = roi_align(images, [*boxes[:, None]], (height, width), aligned=True)
    return parts
