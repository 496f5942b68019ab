"""The training of a process that is not the first: the same steps, and nothing recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from softsil.runs.paths import RunPaths
from softsil.runs.writer import RunWriter
from trainers.config import RunConfig
from trainers.data.dataset import Dataset
from trainers.loop import Trainer
from trainers.team.share import Team


class Follower(Trainer):
    """Takes every step of the first process's training, on its own share of every batch, and leaves all else to it.

    Args:
        config: the run.
        data: the loaded data set.
        paths: where the first process keeps the checkpoints.
        device: where to train.
        join_team: called once the data is as the network reads it: the processes.
    """

    def __init__(
        self, config: RunConfig, data: Dataset, paths: RunPaths, device: str, join_team: Callable[[], Team]
    ) -> None:
        super().__init__(config, data, _Silent(paths), device, join_team=join_team)

    def _record(self, train: dict[str, float]) -> None:
        pass

    def _conclude(self) -> None:
        pass

    def _check_finite(self, losses: list[Tensor], epoch: int) -> None:
        pass

    def _say_progress(self, **changes: Any) -> None:
        pass


class _Silent(RunWriter):
    """Knows where the run is and writes nothing."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths

    def log(self, *values: Any, **named: Any) -> None:
        pass
