"""Runs as runs of Weights & Biases, stored offline; ``wandb sync FOLDER`` uploads them when you want that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.exports.registry import EXPORTS, ExportFormat, need
from trainers.exports.scalars import scalars, settings


def _write(readers: Sequence[RunReader], target: Path) -> None:
    wandb = need("wandb", "wandb")
    target.mkdir(parents=True, exist_ok=True)
    for reader in readers:
        by_epoch: defaultdict[int, dict[str, float]] = defaultdict(dict)
        for scalar in scalars(reader):
            by_epoch[scalar.epoch][scalar.name] = scalar.value
        run = wandb.init(
            project="softsil",
            name=reader.name,
            group=reader.experiment,
            config=settings(reader) | {"softsil_run_id": reader.run_id},
            dir=str(target),
            mode="offline",
            reinit="create_new",
            settings=wandb.Settings(silent=True, x_disable_stats=True, disable_git=True, disable_code=True),
        )
        for epoch, values in sorted(by_epoch.items()):
            run.log(values, step=epoch)
        run.finish()


EXPORTS.register(ExportFormat("wandb", "offline runs of Weights & Biases; upload with: wandb sync", "", _write))
