"""The few collectives that a loss over a global batch needs, on any ``torch.distributed`` backend."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function


def world_size() -> int:
    """Number of processes.

    Raises:
        RuntimeError: no process group has been initialized.
    """
    if not (dist.is_available() and dist.is_initialized()):
        raise RuntimeError(
            "a loss with distributed=True needs torch.distributed: call init_process_group first or use torchrun"
        )
    return dist.get_world_size()


def sum_over_processes(values: Tensor) -> Tensor:
    """Sum of ``values`` (same shape everywhere) over all processes; not differentiable."""
    total = values.detach().clone()
    dist.all_reduce(total)
    return total


class _AllReduceSum(Function):
    """Sum over processes whose gradient is summed over processes too."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        return sum_over_processes(values)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return sum_over_processes(gradient)


def differentiable_sum_over_processes(values: Tensor) -> Tensor:
    """Sum over processes; its gradient is the sum of all processes' gradients.

    That is right where every process goes on to a *share* of one global loss (the shares add up to it).
    """
    return _AllReduceSum.apply(values)  # type: ignore[no-any-return]


def gather_rows(values: Tensor) -> tuple[Tensor, int]:
    """Rows of all processes, in order of rank, and the position of this process's first row; not differentiable.

    Processes may hold different numbers of rows ``(N_r, …)``; they are padded for the wire and cut again.
    """
    size, rank = world_size(), dist.get_rank()
    lengths = torch.zeros(size, dtype=torch.int64, device=values.device)
    lengths[rank] = values.shape[0]
    dist.all_reduce(lengths)
    counts = [int(n) for n in lengths]
    padded = values.new_zeros(max(counts), *values.shape[1:])
    padded[: values.shape[0]] = values.detach()
    parts = [torch.empty_like(padded) for _ in counts]
    dist.all_gather(parts, padded)
    return torch.cat([part[:n] for part, n in zip(parts, counts, strict=True)]), sum(counts[:rank])


class _GatherRows(Function):
    """Rows of all processes; the gradient is that of this process's rows, times the number of processes."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        rows, ctx.first = gather_rows(values)
        ctx.count = values.shape[0]
        return rows

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient[ctx.first : ctx.first + ctx.count] * world_size()


def differentiable_gather_rows(values: Tensor) -> Tensor:
    """Rows of all processes, in order of rank; the gradient is that of this process's rows, times the processes.

    That is right where every process computes the *same* loss from all rows, and DistributedDataParallel averages the
    gradients of the weights over the processes.
    """
    return _GatherRows.apply(values)  # type: ignore[no-any-return]
