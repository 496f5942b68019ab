"""Runs as runs of MLflow, in a database file or on the server that MLFLOW_TRACKING_URI names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers.exports.registry import EXPORTS, ExportFormat, need
from trainers.exports.scalars import scalars, settings

# Limits of MLflow's own interface.
MAX_VALUE = 500
BATCH = 1000


def _write(readers: Sequence[RunReader], target: Path) -> None:
    need("mlflow", "mlflow-skinny")
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param

    address = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{target.absolute()}"
    client = MlflowClient(tracking_uri=address)
    for reader in readers:
        found = client.get_experiment_by_name(reader.experiment)
        experiment = found.experiment_id if found else client.create_experiment(reader.experiment)
        run = client.create_run(experiment, run_name=reader.name, tags={"softsil.run_id": reader.run_id})
        chosen = [Param(name, str(value)[:MAX_VALUE]) for name, value in settings(reader).items()]
        numbers = [Metric(_name(s.name), s.value, round(s.time * 1000), s.epoch) for s in scalars(reader)]
        for batch in _batches(chosen, 100):
            client.log_batch(run.info.run_id, params=batch)
        for batch in _batches(numbers, BATCH):
            client.log_batch(run.info.run_id, metrics=batch)
        client.set_terminated(run.info.run_id, "FINISHED" if reader.status.state is State.DONE else "KILLED")


def _name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "/_-. " else "_" for letter in name)


def _batches(items: Iterable[Any], size: int) -> Iterable[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


EXPORTS.register(
    ExportFormat("mlflow", "runs in an MLflow database, or on the server that MLFLOW_TRACKING_URI names", ".db", _write)
)
