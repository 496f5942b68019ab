"""One process of the distributed tests: ``python ddp_worker.py RANK SIZE FOLDER``.

For every case of FOLDER/cases.json it computes the loss of its share of the global batch under DistributedDataParallel
and saves value and gradients. All cases in one go, because starting processes is what takes the time.
"""

import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from softsil import SoftSilhouetteLoss
from softsil.losses.class_memory import ClassMemory


def evaluate(inputs, labels, weight, settings):
    """Value, gradients of the encoder's weight and of the embeddings, and what is remembered."""
    encoder = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=weight.dtype)
    encoder.weight.data.copy_(weight)
    model = DistributedDataParallel(encoder)
    momentum = settings.pop("memory", None)
    memory = None if momentum is None else ClassMemory(8, weight.shape[0], momentum).to(weight)
    embeddings = model(inputs)
    embeddings.retain_grad()
    value = SoftSilhouetteLoss(**settings, memory=memory, distributed=True)(embeddings, labels)
    value.backward()
    result = {"value": value.detach(), "weight": encoder.weight.grad, "rows": embeddings.grad}
    return result | ({} if memory is None else {"sums": memory.sums, "mass": memory.mass})


def main(rank, size, folder):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'rendezvous'}", rank=rank, world_size=size)
    data = torch.load(folder / "batch.pt", weights_only=True)
    results = {}
    for name, case in json.loads((folder / "cases.json").read_text()).items():
        mine, dtype = slice(*case["cuts"][rank : rank + 2]), getattr(torch, case["dtype"])
        share = data["inputs"][mine].to(dtype), data["labels"][mine], data["weight"].to(dtype)
        results[name] = evaluate(*share, case["settings"])
    torch.save(results, folder / f"results_{rank}.pt")
    dist.barrier()  # nobody leaves while another still talks to it
    dist.destroy_process_group()
    # A gloo thread that is still winding down aborts the interpreter's own way out now and then; nothing is left to do.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
