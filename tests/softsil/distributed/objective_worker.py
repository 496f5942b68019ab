"""One process of the objective tests: ``python objective_worker.py RANK SIZE FOLDER``.

For every case of FOLDER/cases.json it evaluates the objective on its share of the global batch under
DistributedDataParallel and saves values and gradients.
"""

import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from softsil.losses.objective import build_objective
from softsil.terms.recipe import parse_objective

CLASSES, SIZE = 4, 5


class Model(torch.nn.Module):
    """A linear encoder, a head and an objective with its parameters, float64, the same in every process."""

    def __init__(self, recipe, distributed):
        super().__init__()
        torch.manual_seed(3)
        self.encoder = torch.nn.Linear(6, SIZE)
        self.head = torch.nn.Linear(SIZE, CLASSES)
        self.objective = build_objective(
            parse_objective(recipe), num_classes=CLASSES, embedding_dim=SIZE, distributed=distributed
        )
        self.double()

    def forward(self, inputs, others, labels):
        torch.manual_seed(4)  # for the terms that draw samples
        embeddings = self.encoder(inputs)
        return self.objective(embeddings, labels, logits=self.head(embeddings), second_view=self.encoder(others))


def evaluate(model, batch, inner=None):
    """Total, terms, and the gradient of every parameter."""
    output = model(*batch)
    output.total.backward()
    gradients = {name: value.grad for name, value in (inner or model).named_parameters() if value.grad is not None}
    return {"total": output.total.detach(), **output.terms, **gradients}


def main(rank, size, folder):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'rendezvous'}", rank=rank, world_size=size)
    batch = torch.load(folder / "batch.pt", weights_only=True)
    results = {}
    for name, (recipe, cuts) in json.loads((folder / "cases.json").read_text()).items():
        model = Model(recipe, distributed=True)
        share = [part[slice(*cuts[rank : rank + 2])] for part in batch]
        results[name] = evaluate(DistributedDataParallel(model, find_unused_parameters=True), share, model)
    torch.save(results, folder / f"results_{rank}.pt")
    dist.barrier()  # nobody leaves while another still talks to it
    dist.destroy_process_group()
    os._exit(0)  # as in ddp_worker.py


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
