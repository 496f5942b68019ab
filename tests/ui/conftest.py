from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from softsil.runs.files import read_json, write_json
from softsil.runs.writer import RunWriter

ENTRY = Path(__file__).parents[2] / "app.py"
CLASSES = ["cat", "dog", "owl"]


def record(
    root: Path,
    name: str = "ce",
    *,
    epochs: int = 3,
    planned: int = 5,
    experiment: str = "together",
    classes: list[str] | None = None,
    kind: str = "training",
) -> RunWriter:
    """An open recorder that has logged ``epochs`` epochs of a small run, by default one like the trainer's."""
    classes = classes or CLASSES
    labels = np.arange(12) % len(classes)
    recorder = RunWriter(
        name,
        labels=labels,
        class_names=classes,
        root=root,
        experiment=experiment,
        config={"data": {"name": "digits"}, "objective": {"name": name}, "seed": 0},
    )
    write_json(recorder.paths.config, {**read_json(recorder.paths.config), "kind": kind})
    recorder.progress(epochs=planned, device="cpu", force=True)
    noise = np.random.default_rng(0).normal(size=(12, 4))
    for epoch in range(epochs + 1):
        recorder.log(epoch, np.eye(4)[labels % 4] * epoch + noise)
        recorder.log(epoch, split="validation", accuracy=0.5 + epoch / 10, loss=1 / (epoch + 1))
        if epoch:
            recorder.log(epoch, loss=0.9 / epoch, accuracy=0.6 + epoch / 10, **{"term/ce": 0.9 / epoch})
    recorder.progress(epoch=epochs, force=True)
    return recorder


@pytest.fixture
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty runs folder that every reader takes as its default."""
    root = tmp_path / "runs"
    root.mkdir()
    monkeypatch.setenv("SOFTSIL_RUNS", str(root))
    return root


@pytest.fixture
def recording(runs_folder: Path) -> Callable[..., RunWriter]:
    """Starts a run in the runs folder and leaves it running; ended after the test."""
    opened: list[RunWriter] = []

    def start(name: str = "ce", **settings: object) -> RunWriter:
        opened.append(record(runs_folder, name, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield start
    for recorder in opened:
        recorder.close()


@pytest.fixture
def finished(recording: Callable[..., RunWriter]) -> Callable[..., str]:
    """Makes a finished run and returns its id."""

    def make(name: str = "ce", **settings: object) -> str:
        recorder = recording(name, **settings)
        recorder.close()
        return recorder.run_id

    return make


@pytest.fixture
def app(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The whole app on its start page, over an empty runs folder, with no way to start a process."""
    for module in ("trainers.launchers.control", "ui.panels.queue", "ui.panels.more_maps"):
        monkeypatch.setattr(f"{module}.ensure_services", lambda root=None, **options: None)
    monkeypatch.chdir(ENTRY.parent)
    return AppTest.from_file(str(ENTRY), default_timeout=30)


@pytest.fixture
def open_page(app: AppTest) -> Callable[..., AppTest]:
    """Opens a page of the app, as a link to it would."""

    def visit(path: str, **query: str) -> AppTest:
        app.run()
        app.switch_page(path)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return visit


def record_seed(
    root: Path,
    loss: str,
    seed: int | None,
    *,
    experiment: str = "together",
    epochs: int = 2,
    tight: float = 1.0,
    accuracy: float = 0.8,
    test_accuracy: float | None = None,
    settings: dict[str, object] | None = None,
    ids: object = None,
    split: object = None,
    classes: list[str] | None = None,
    thumbnails: bool = True,
) -> str:
    """Id of a finished run like the trainer's, with predictions and pictures; ``tight``: how far classes are apart."""
    names = classes or CLASSES
    labels = np.arange(12) % len(names)
    config = {"data": {"name": "digits"}, "objective": {"name": loss}, **({} if seed is None else {"seed": seed})}
    pictures = (np.arange(12)[:, None, None] * np.full((12, 4, 4), 20)).astype(np.uint8) if thumbnails else None
    with RunWriter(
        loss if seed is None else f"{loss} (seed {seed})",
        samples=ids,
        labels=labels,
        class_names=names,
        thumbnails=pictures,
        split=split,
        root=root,
        experiment=experiment,
        config={**config, **(settings or {})},
    ) as writer:
        write_json(writer.paths.config, {**read_json(writer.paths.config), "kind": "training"})
        writer.progress(epochs=epochs, device="cpu", force=True)
        noise = np.random.default_rng(seed).normal(size=(12, 6))
        for epoch in range(epochs + 1):
            predictions = np.where(np.arange(12) < 2, (labels + 1) % len(names), labels)
            writer.log(epoch, np.eye(6)[labels % 6] * epoch * tight + noise, predictions=predictions)
            writer.log(epoch, split="validation", accuracy=accuracy, loss=1 / (epoch + 1))
        if test_accuracy is not None:
            writer.log(epochs, split="test", accuracy=test_accuracy)
        writer.progress(epoch=epochs, force=True)
    return writer.run_id


@pytest.fixture
def seeded(runs_folder: Path) -> Callable[..., list[str]]:
    """Makes finished runs of one loss that differ in their seeds, and returns their ids; see ``record_seed``."""

    def make(loss: str = "ce", *, seeds: tuple[int | None, ...] = (0,), **changes: object) -> list[str]:
        accuracies = changes.pop("accuracies", [0.8] * len(seeds))
        return [
            record_seed(runs_folder, loss, seed, accuracy=accuracy, **changes)  # type: ignore[arg-type]
            for seed, accuracy in zip(seeds, accuracies, strict=True)  # type: ignore[call-overload]
        ]

    return make
