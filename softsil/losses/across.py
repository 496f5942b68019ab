"""What a loss of a batch is worth where the batch is spread over ``torch.distributed`` processes.

A loss module says nothing about processes, so its entry says what its value is made of (`Across`):

* ``"gather"``: anything. Every process computes the loss of the whole batch from the embeddings of all.
* ``"mean"``: a mean over samples. Every process computes that of its own share, which counts by its size.
* ``"own"``: the module has an attribute ``distributed`` and does the rest by itself, as `SoftSilhouetteLoss`.

In each way the value is that of one process with the whole batch, on every process, and the gradients are those of one
process once they are averaged over processes, as DistributedDataParallel does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

from softsil.distributed import differentiable_gather_rows, gather_rows, sum_over_processes, world_size

Across = Literal["gather", "mean", "own"]


def alone(loss: nn.Module, views: list[Tensor], labels: Tensor) -> Tensor:
    """The loss of one process's batch.

    Args:
        loss: called as ``loss(values, labels)``, returns a scalar.
        views: one or two tensors ``(N, …)``, which the module gets stacked.
        labels: ``(N,)``, repeated for the second view.
    """
    values = views[0] if len(views) == 1 else torch.cat(views)
    result: Tensor = loss(values, labels.repeat(len(views)))
    return result


def _gathered(loss: nn.Module, views: list[Tensor], labels: Tensor) -> Tensor:
    return alone(loss, [differentiable_gather_rows(view) for view in views], gather_rows(labels)[0])


def _mean(loss: nn.Module, views: list[Tensor], labels: Tensor) -> Tensor:
    count = labels.numel()
    mine = alone(loss, views, labels) * count if count else _nothing([*views, *loss.parameters()])
    whole, number = sum_over_processes(torch.stack([mine, mine.new_tensor(count)])).unbind()
    scaled = mine / number * world_size()  # DistributedDataParallel divides the summed gradients by it
    return scaled + (whole / number - scaled).detach()


def _nothing(parts: list[Tensor]) -> Tensor:
    """A zero that back-propagates: the mean of nothing is not a number, and every process takes part in every step."""
    return 0 * torch.stack([part.sum() for part in parts]).sum()


def _own(loss: nn.Module, views: list[Tensor], labels: Tensor) -> Tensor:
    before, loss.distributed = loss.distributed, True  # type: ignore[assignment]
    try:
        return alone(loss, views, labels)
    finally:
        loss.distributed = before


ACROSS: dict[Across, Callable[[nn.Module, list[Tensor], Tensor], Tensor]] = {
    "gather": _gathered,
    "mean": _mean,
    "own": _own,
}
