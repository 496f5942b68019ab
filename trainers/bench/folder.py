"""The folder of a benchmark: a runs folder with one more file, ``benchmark.json``; the rest follows from the runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from softsil.errors import SoftsilError, UnreadableFileError
from softsil.runs.files import read_json, write_json
from softsil.runs.paths import RunPaths, runs_root
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State
from trainers.bench.plan import Chosen, Group
from trainers.bench.registry import Preset
from trainers.bench.tuning import Settings
from trainers.config import RunConfig, read_run
from trainers.errors import LaunchError

FOLDER = "benchmarks"


@dataclass(frozen=True)
class PlannedRun:
    """One run of a benchmark.

    Attributes:
        study: what it is for.
        data: the data set.
        condition: what is special about it; empty in the main study.
        loss: the recipe.
        settings: the tuned settings.
        seed: of weights and batches.
        run_id: its run folder; None while it has none.
    """

    study: str
    data: str
    condition: str
    loss: str
    settings: Settings
    seed: int
    run_id: str | None = None


class BenchmarkFolder:
    """One benchmark on disk.

    Args:
        name: the folder's name, e.g. ``"laptop"``.
        root: the runs folder that it lies in, below ``benchmarks``.

    Raises:
        LaunchError: the name is not that of a folder.
    """

    def __init__(self, name: str, root: str | Path | None = None) -> None:
        if not name or Path(name).name != name or name.startswith("."):
            raise LaunchError(f"a benchmark's name is one folder's name such as laptop, got {name!r}")
        self.name = name
        self.path = runs_root(root) / FOLDER / name
        self.manifest = self.path / "benchmark.json"
        self.report = self.path / "report.json"
        self.measured = self.path / "measured.json"

    @classmethod
    def all(cls, root: str | Path | None = None) -> Iterator[BenchmarkFolder]:
        """The benchmarks of a runs folder, newest manifest first."""
        found = (runs_root(root) / FOLDER).glob("*/benchmark.json")
        for path in sorted(found, key=lambda path: -path.stat().st_mtime):
            yield cls(path.parent.name, root)

    def read(self) -> dict[str, Any]:
        """The manifest.

        Raises:
            UnreadableFileError: there is none, or it is torn.
        """
        return read_json(self.manifest)

    def sessions(self) -> list[dict[str, Any]]:
        """When and with which command it was carried out so far."""
        return list(self.read().get("sessions", [])) if self.manifest.exists() else []

    def write(self, preset: Preset, chosen: Chosen, runs: list[PlannedRun], sessions: list[dict[str, Any]]) -> None:
        """Replace the manifest."""
        content = {
            "schema": 1,
            "name": self.name,
            "preset": preset.model_dump(mode="json"),
            "chosen": asdict(chosen),
            "sessions": sessions,
            "runs": [asdict(run) for run in runs],
        }
        write_json(self.manifest, content)

    def runs(self) -> list[PlannedRun]:
        """The runs that the manifest lists.

        Raises:
            UnreadableFileError: the manifest is damaged.
        """
        try:
            return [PlannedRun(**row) for row in self.read().get("runs", [])]
        except TypeError as error:
            raise UnreadableFileError(f"{self.name}/benchmark.json is damaged: {error}") from error

    def existing(self) -> dict[str, str]:
        """Run ids by fingerprint; of several with the same settings the one that got furthest."""
        order = {State.DONE: 2, State.FAILED: 1}
        found: dict[str, tuple[int, str]] = {}
        for reader in list_runs(self.path):
            try:
                key = fingerprint(read_run(reader.paths))
            except SoftsilError:  # not finished being made, or of another version
                continue
            found[key] = max(found.get(key, (-1, "")), (order.get(reader.status.state, 0), reader.run_id))
        return {key: run_id for key, (_, run_id) in found.items()}

    def reader(self, run_id: str) -> RunReader:
        """One of its runs."""
        return RunReader(run_id, self.path)

    def paths(self, run_id: str) -> RunPaths:
        """The files of one of its runs."""
        return RunPaths(self.path, run_id)


def fingerprint(config: RunConfig) -> str:
    """What makes two runs the same: every setting but the experiment's id."""
    return json.dumps(config.model_dump(mode="json", exclude={"experiment"}), sort_keys=True)


def planned(group: Group) -> list[tuple[PlannedRun, str]]:
    """The runs of a group, each with its fingerprint."""
    return [
        (PlannedRun(group.study, group.data, group.condition, loss, settings, group.seed), fingerprint(config))
        for loss, settings, config in zip(group.losses, group.settings, group.experiment.runs(), strict=True)
    ]
