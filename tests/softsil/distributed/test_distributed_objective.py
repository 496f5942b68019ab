"""Every registered term over two processes equals the term on the whole batch: gloo on loopback, under DDP."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from softsil.losses.across import ACROSS
from softsil.losses.objective import Objective, Term, build_objective
from softsil.terms.recipe import parse_objective
from softsil.terms.registry import TERMS

pytestmark = pytest.mark.timeout(280)
WORKER = Path(__file__).with_name("objective_worker.py")
ROOT = Path(__file__).parents[3]
ROWS = 21
SHARES = {"unequal shares": [0, 8, ROWS], "an empty share": [0, ROWS, ROWS]}
RECIPES = [*TERMS.names(), "supcon2", "ce+sil+supcon+proxynca"]
CASES = {f"{recipe}, {shares}": (recipe, cuts) for recipe in RECIPES for shares, cuts in SHARES.items()}


def worker_module():
    spec = importlib.util.spec_from_file_location("objective_worker", WORKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def global_batch():
    generator = torch.Generator().manual_seed(8)
    inputs, others = (torch.randn(ROWS, 6, generator=generator, dtype=torch.float64) for _ in range(2))
    return inputs, others, torch.arange(ROWS) % 4


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objective")
    torch.save(global_batch(), folder / "batch.pt")
    (folder / "cases.json").write_text(json.dumps(CASES))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    arguments = [[sys.executable, str(WORKER), str(rank), "2", str(folder)] for rank in range(2)]
    processes = [subprocess.Popen(a, env=environment, stderr=subprocess.PIPE, text=True) for a in arguments]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
    return [torch.load(folder / f"results_{rank}.pt", weights_only=True) for rank in range(2)]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_of_a_term_equal_those_of_one_process(results, name):
    worker = worker_module()
    whole = worker.evaluate(worker.Model(CASES[name][0], distributed=False), global_batch())
    for result in results:
        assert result[name].keys() == whole.keys()
        torch.testing.assert_close(result[name], whole, atol=1e-10, rtol=1e-8)


def test_in_evaluation_mode_a_distributed_objective_asks_no_other_process():
    terms = {"ce": Term(nn.CrossEntropyLoss(), across="mean"), "pairs": Term(nn.CrossEntropyLoss(), reads="embeddings")}
    logits, labels = torch.randn(6, 3), torch.arange(6) % 3
    alone, spread = (Objective(terms, distributed=distributed).eval() for distributed in (False, True))
    assert spread(logits, labels, logits=logits).total == alone(logits, labels, logits=logits).total


def test_an_unknown_way_across_processes_is_refused():
    with pytest.raises(ValueError, match=f"across of the loss term 'ce' can be {', '.join(ACROSS)}, got 'sum'"):
        Objective({"ce": Term(nn.CrossEntropyLoss(), across="sum")})


@pytest.mark.parametrize(
    ("weights", "left_out"), [({}, False), ({"weight": 0.0}, True), ({"weight_schedule": "warmup"}, True)]
)
def test_an_objective_knows_whether_parameters_may_get_no_gradient(weights, left_out):
    config = parse_objective({"terms": {"ce": {}, "center": weights}})
    assert build_objective(config, num_classes=3, embedding_dim=4).may_leave_parameters_out is left_out
