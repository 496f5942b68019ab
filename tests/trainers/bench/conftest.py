import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from trainers import launchers
from trainers.bench.carry_out import Bench
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.registry import Preset, Setup
from trainers.bench.tuning import GRIDS
from trainers.config import ExperimentConfig
from trainers.errors import TrainingDivergedError

CLOUDS: dict[str, Any] = {"name": "blobs", "samples": 120, "classes": 3, "dimensions": 4, "overlap": 1.5}


@pytest.fixture
def preset(monkeypatch: pytest.MonkeyPatch) -> Preset:
    """A benchmark of seconds: one data set, two losses, two seeds, one grid seed, two points in the grid."""
    monkeypatch.setitem(GRIDS, "sil", {"weight": (0.1, 3.0), "temperature": (0.1,)})
    setup = Setup(
        data=CLOUDS,
        encoder={"name": "mlp", "hidden": (8,), "embedding_dim": 4},
        epochs=2,
        batch_size=32,
        learning_rates=(1e-3, 3e-2),
        more={"device": "cpu", "threads": 1},
    )
    return Preset(name="tiny", summary="s", setups=(setup,), losses=("ce", "ce+sil"), seeds=2, grid_seeds=(1000,))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, train: Callable[..., Any]) -> list[str]:
    """Lets the benchmark train in this process, at once; names of the runs that were trained, in order."""
    names: list[str] = []

    def launch(experiment: ExperimentConfig, root: Path, *, maps: bool = True) -> list[str]:
        assert not maps
        return [one(config, RunPaths(root, new_run_id(config.name))) for config in experiment.runs()]

    def one(config: Any, paths: RunPaths) -> str:
        names.append(f"{config.name} {config.seed}")
        create_run(paths, name=config.name, experiment=None, kind="training", config=config.model_dump(mode="json"))
        with contextlib.suppress(TrainingDivergedError):  # the recorder has marked the run as failed
            train(config, paths)
        return paths.run_id

    monkeypatch.setattr(launchers, "launch", launch)
    monkeypatch.setattr(launchers, "ensure_services", lambda root, *, maps: None)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> BenchmarkFolder:
    """An empty benchmark."""
    return BenchmarkFolder("tiny", tmp_path)


@pytest.fixture
def carry_out(folder: BenchmarkFolder, trained: list[str]) -> Callable[..., Bench]:
    """Carries out a benchmark in this process."""

    def go(preset: Preset, into: BenchmarkFolder | None = None, **options: Any) -> Bench:
        bench = Bench(into or folder, preset, "python -m trainers bench", lambda progress: None, **options)
        bench.carry_out()
        return bench

    return go
