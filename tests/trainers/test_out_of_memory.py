"""A job in a real process that may use so much memory and no more."""

import subprocess
import sys

import pytest

from softsil.runs.creation import create_run
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader
from softsil.runs.status import State

resource = pytest.importorskip("resource")

# The job may grow by 60 MB from where its training begins: less than a step on this batch needs.
JOB = """
import resource, sys
from pathlib import Path
import psutil
from trainers import job, loop

train = loop.Trainer.run
def run(self):
    limit = psutil.Process().memory_info().vms + 60_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    train(self)

loop.Trainer.run = run
sys.exit(job.main(sys.argv[1:]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps a process to RLIMIT_AS")
def test_a_job_that_runs_out_of_memory_says_so_and_what_to_try(tmp_path, small_run):
    config = small_run(
        data={"name": "blobs", "samples": 20_000, "classes": 4, "dimensions": 8},
        encoder={"name": "mlp", "hidden": (4096,), "embedding_dim": 8},
        batch_size=8192,
        threads=1,
    )
    paths = RunPaths(tmp_path, new_run_id("hungry"))
    create_run(paths, name="hungry", experiment=None, kind="training", config=config.model_dump(mode="json"))
    result = subprocess.run([sys.executable, "-c", JOB, str(paths.folder)], capture_output=True, text=True, timeout=120)
    status = RunReader(paths.run_id, tmp_path).status
    assert (result.returncode, status.state) == (1, State.FAILED)
    assert status.error == "out of memory with batch size 8192; try 4096, or a smaller encoder"
    assert "Traceback" in result.stderr
    assert not is_held(paths.alive_lock)
