"""The loss over several processes equals the loss of one process on the whole batch: gloo on loopback, under DDP."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from softsil import SoftSilhouetteLoss
from softsil.distributed import world_size
from softsil.losses.class_memory import ClassMemory

pytestmark = pytest.mark.timeout(280)
WORKER = Path(__file__).with_name("ddp_worker.py")
ROOT = Path(__file__).parents[3]

# 36 samples of 5 classes in blocks (cuts leave whole classes to one process); class 5 is a single sample.
LABELS = torch.tensor([0] * 10 + [3] * 8 + [1] * 9 + [7] * 8 + [5])


def case(cuts, dtype="float64", **settings):
    return {"cuts": cuts, "dtype": dtype, "settings": settings}


CASES = {
    "equal shares": case([0, 18, 36]),
    "unequal shares": case([0, 5, 36]),
    "unequal shares, squared Euclidean": case([0, 5, 36], metric="sqeuclidean"),
    "unequal shares, Euclidean": case([0, 5, 36], metric="euclidean"),
    "unequal shares, literal soft minimum": case([0, 7, 36], soft_min="logsumexp"),
    "an ignored label": case([0, 13, 36], ignore_index=3),
    "float32": case([0, 13, 36], "float32"),
    "float32, squared Euclidean": case([0, 13, 36], "float32", metric="sqeuclidean"),
    "three shares, class mean": case([0, 10, 18, 36], reduction="class_mean"),
    "three shares, one empty": case([0, 0, 20, 36]),
    "three shares, Euclidean as it is": case([0, 11, 19, 36], metric="euclidean", rescale=False),
    "three shares, squared Euclidean as it is": case([0, 11, 19, 36], metric="sqeuclidean", rescale=False),
}
MEMORY = {"two memories": case([0, 7, 36], memory=0.9)}


def global_batch():
    generator = torch.Generator().manual_seed(8)
    inputs, weight = (torch.randn(rows, 6, generator=generator, dtype=torch.float64) for rows in (36, 4))
    return inputs, weight


def start(size, folder, cases):
    """Run the cases of ``size`` processes; results by name, one for each process."""
    folder.mkdir()
    inputs, weight = global_batch()
    torch.save({"inputs": inputs, "labels": LABELS, "weight": weight}, folder / "batch.pt")
    (folder / "cases.json").write_text(json.dumps(cases))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    arguments = [[sys.executable, str(WORKER), str(rank), str(size), str(folder)] for rank in range(size)]
    processes = [subprocess.Popen(a, env=environment, stderr=subprocess.PIPE, text=True) for a in arguments]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
    loaded = [torch.load(folder / f"results_{rank}.pt", weights_only=True) for rank in range(size)]
    return {name: [results[name] for results in loaded] for name in cases}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder, both = tmp_path_factory.mktemp("ddp"), CASES | MEMORY
    by_size = {size: {n: c for n, c in both.items() if len(c["cuts"]) == size + 1} for size in (2, 3)}
    return start(2, folder / "two", by_size[2]) | start(3, folder / "three", by_size[3])


def one_process(dtype, settings):
    """Value, gradient of the encoder's weight and of the embeddings."""
    inputs, weight = (values.to(getattr(torch, dtype)) for values in global_batch())
    rows = inputs @ weight.requires_grad_().T
    rows.retain_grad()
    value = SoftSilhouetteLoss(**settings)(rows, LABELS)
    value.backward()
    return value.detach(), weight.grad, rows.grad


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_value_and_ddp_gradients_equal_one_process_on_the_whole_batch(results, name):
    dtype = CASES[name]["dtype"]
    value, weight, rows = one_process(dtype, CASES[name]["settings"])
    tolerance = {"atol": 1e-12 if dtype == "float64" else 1e-6, "rtol": 0 if dtype == "float64" else 1e-5}
    for result in results[name]:
        torch.testing.assert_close(result["value"], value, **tolerance)
        torch.testing.assert_close(result["weight"], weight, **tolerance)
    everywhere = torch.cat([result["rows"] for result in results[name]])
    # Scaled by the number of processes, because DDP divides by it.
    torch.testing.assert_close(everywhere / len(results[name]), rows, **tolerance)


@pytest.mark.slow
def test_all_processes_remember_the_same_as_one_process_would(results):
    inputs, weight = global_batch()
    memory = ClassMemory(8, 4, 0.9).double()
    SoftSilhouetteLoss(memory=memory)(inputs @ weight.T, LABELS)
    for result in results["two memories"]:
        torch.testing.assert_close(result["sums"], memory.sums)
        torch.testing.assert_close(result["mass"], memory.mass)


def test_without_a_process_group_the_error_says_what_to_do():
    with pytest.raises(RuntimeError, match="call init_process_group first"):
        world_size()
