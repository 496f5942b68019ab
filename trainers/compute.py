"""How torch computes in a process that trains."""

from __future__ import annotations

import os

from trainers.config import RunConfig
from trainers.devices import cpu_slots

# Set by a launcher that gives a run a part of the machine: as many threads of the processor.
ALLOTTED_VARIABLE = "SOFTSIL_ALLOTTED_THREADS"


def prepare_torch(config: RunConfig, device: str) -> None:
    """The same bits every time, as far as the device can, and no more threads than this process's part."""
    import torch

    torch.use_deterministic_algorithms(True, warn_only=device != "cpu")
    limit_threads(config)


def limit_threads(config: RunConfig) -> None:
    """What the run may use of the processor's threads, divided among its processes."""
    import torch

    allotted = int(os.environ.get(ALLOTTED_VARIABLE) or (os.cpu_count() or 1) // cpu_slots())
    share = allotted if config.encoder_entry[0].parallel else 1
    torch.set_num_threads(max(1, (config.threads or share) // config.processes))
