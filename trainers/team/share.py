"""One process's part in a training that several share: which rows it gets, and what is put together again."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from softsil.distributed import sum_over_processes
from trainers.errors import TeamError
from trainers.team.meeting import LOOPBACK, PATIENCE, Meeting
from trainers.totals import Totals


@dataclass(frozen=True)
class Team:
    """The processes of a run, as one of them sees them; alone, nothing here does anything.

    Attributes:
        rank: which one this is, 0 for the first.
        size: how many there are.
    """

    rank: int = 0
    size: int = 1

    def share(self, values: Tensor) -> Tensor:
        """This process's rows of ``values``, which all processes hold: in order of rank they are all rows again.

        Shares differ by one row at most; of fewer rows than processes, some processes get none.
        """
        return values if self.size == 1 else values.tensor_split(self.size)[self.rank]

    def wrap(self, module: nn.Module, *, leaves_parameters_out: bool) -> nn.Module:
        """``module`` as all processes train it: it begins with the weights of the first, and gradients are averaged.

        On graphics cards, batch normalization counts the batches of all processes together (torch has that for cards
        only).

        Args:
            module: what is called in every step.
            leaves_parameters_out: whether there are steps in which some parameters get no gradient.
        """
        if self.size == 1:
            return module
        if next(module.parameters()).is_cuda:
            module = nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]
        return DistributedDataParallel(module, find_unused_parameters=leaves_parameters_out)

    def means(self, totals: Totals) -> dict[str, float]:
        """Means over the samples of all processes, each of which calls this with its own."""
        if self.size == 1:
            return totals.means()
        sums = torch.stack([*totals.sums.values()]).double()
        whole = sum_over_processes(torch.cat([sums, sums.new_full((1,), totals.samples)]))
        return dict(zip(totals.sums, (whole[:-1] / whole[-1]).tolist(), strict=True))

    def check_same(self, what: str, value: int) -> None:
        """See that all processes hold the same ``value``.

        Raises:
            TeamError: they do not.
        """
        if self.size == 1:
            return
        everyones: list[int] = [0] * self.size
        dist.all_gather_object(everyones, value)
        if len(set(everyones)) > 1:
            raise TeamError(f"the processes of the run disagree about the {what}: {everyones}; resume the run")


ALONE = Team()


def join(meeting: Meeting, rank: int, size: int, device: str) -> Team:
    """Become one of ``size`` processes on this machine; returns when all have come.

    Args:
        meeting: where the processes find each other.
        rank: which one this is.
        size: how many there are.
        device: where this one computes; gradients travel by NCCL between graphics cards, by gloo over loopback else.
    """
    name = next(name for name, all_of in psutil.net_if_addrs().items() if any(a.address == LOOPBACK for a in all_of))
    for library in ("GLOO", "NCCL"):
        os.environ.setdefault(f"{library}_SOCKET_IFNAME", name)
    backend = "gloo" if device == "cpu" else "nccl"
    if backend == "nccl":
        torch.cuda.set_device(device)
    dist.init_process_group(backend, store=meeting.store, rank=rank, world_size=size, timeout=PATIENCE)
    return Team(rank, size)
