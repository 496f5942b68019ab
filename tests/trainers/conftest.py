import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import read_status
from softsil.runs.writer import RunWriter
from trainers.config import ExperimentConfig, RunConfig
from trainers.launchers import control, local
from trainers.launchers.process import kill_run, start_detached

SMALL: dict[str, Any] = {
    "name": "small",
    "data": {"name": "blobs", "samples": 240, "classes": 4, "dimensions": 8},
    "encoder": {"name": "mlp", "hidden": (16,), "embedding_dim": 8},
    "epochs": 3,
    "batch_size": 32,
    "watched_samples": 40,
    "device": "cpu",
}
DEADLINE_SECONDS = 90


@pytest.fixture
def small() -> Callable[..., ExperimentConfig]:
    """A quick experiment, with any setting changed."""
    return lambda **changes: ExperimentConfig(**{**SMALL, **changes})


@pytest.fixture
def small_run() -> Callable[..., RunConfig]:
    """A quick run, with any setting changed."""
    return lambda **changes: RunConfig(**{**SMALL, "objective": "ce", **changes})


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., RunReader]:
    """Trains a run in this process, or goes on with one, until it ends or ``stop_requested`` says so."""
    from trainers.checkpoint import CheckpointStore
    from trainers.errors import StopRequested
    from trainers.loop import Trainer

    def carry_out(config: RunConfig, paths: RunPaths | None = None, stop_after_steps: int | None = None) -> RunReader:
        if paths is None:
            paths = RunPaths(tmp_path, new_run_id(config.name))
            create_run(paths, name=config.name, experiment=None, kind="training", config=config.model_dump(mode="json"))
        newest = CheckpointStore(paths).newest()
        spec, settings = config.data_entry
        steps = iter(range(10**9))
        with RunWriter.open(paths, resume_epoch=newest.epoch if newest else None) as recorder:
            stop = (lambda: next(steps) + 1 >= stop_after_steps) if stop_after_steps else (lambda: False)
            trainer = Trainer(config, spec.load(settings), recorder, "cpu", stop)
            trainer.restore()
            trainer.write_samples()
            try:
                trainer.run()
            except StopRequested:
                recorder.finish("stopped")
        return RunReader(paths.run_id, paths.root)

    return carry_out


@pytest.fixture
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty runs folder for real jobs; whatever still lives at the end of the test is ended by its id."""
    root = tmp_path / "runs"
    root.mkdir()
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Any) -> subprocess.Popen[bytes]:
        started.append(start_detached(*arguments))
        return started[-1]

    monkeypatch.setenv("SOFTSIL_RUNS", str(root))
    monkeypatch.setattr(local, "start_detached", start)
    monkeypatch.setattr(control, "ensure_projector", lambda root: None)
    yield root
    for process in started:
        process.kill()
        process.wait()
    for reader in list_runs(root):
        if reader.config.get("kind") == "training":
            kill_run(read_status(reader.paths))
    # A projector that a command started ends with its folder, to which it may be writing now.
    for _ in range(10):
        shutil.rmtree(root, ignore_errors=True)
        if not root.exists():
            break


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any]], None]:
    """Waits for a condition, and fails when it does not come true in time."""

    def wait(condition: Callable[[], Any]) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    return wait


@pytest.fixture
def torch_settings() -> Iterator[None]:
    """Those that a job changes for its whole process: put back after the test."""
    import torch

    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(deterministic)
