"""Carrying out a benchmark: launch what is missing, wait, choose on validation, go on."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from softsil.runs.status import State
from trainers import launchers
from trainers.bench.estimate import work
from trainers.bench.folder import BenchmarkFolder, PlannedRun, planned
from trainers.bench.plan import (
    GRID,
    LEARNING_RATE,
    Chosen,
    Group,
    final_stages,
    grid_stage,
    learning_rate_stage,
)
from trainers.bench.registry import Preset
from trainers.bench.scores import validation_accuracy
from trainers.bench.tuning import Settings, best
from trainers.devices import CPU_SLOTS_VARIABLE
from trainers.errors import LaunchError

POLL_SECONDS = 0.25
PROGRESS_SECONDS = 10.0
# Queued at a time: enough to keep every slot busy, few enough that the queue stays quick to read.
AHEAD = 24


class Bench:
    """One call of the benchmark.

    Args:
        folder: where it lies; what is there already is not trained again.
        preset: what to train.
        command: what the user typed, for the record.
        say: told how far it is, as ``stage``, ``done``, ``total``, ``failed``, ``seconds_left``.
        retry_failed: train failed runs anew; otherwise a run that diverged stays a result.
    """

    def __init__(
        self,
        folder: BenchmarkFolder,
        preset: Preset,
        command: str,
        say: Callable[[dict[str, Any]], None],
        *,
        retry_failed: bool = False,
    ) -> None:
        self.folder, self.preset, self.say, self.retry_failed = folder, preset, say, retry_failed
        self.chosen = Chosen()
        self.runs: list[PlannedRun] = []
        self._existing = folder.existing()
        self._earlier = folder.sessions()
        self._session: dict[str, Any] = {"command": command, "started": _now(), "load_before": _load(), "trained": 0}
        self._started = time.monotonic()
        self._last_said = -PROGRESS_SECONDS
        self._ended: dict[str, State] = {}
        self._before = {run_id for run_id in self._existing.values() if not self._state(run_id).is_active}
        self._total = work(preset).runs

    def carry_out(self) -> list[PlannedRun]:
        """Train everything; the runs, in the order of the plan.

        Raises:
            LaunchError: a device is not here.
        """
        if not self.folder.manifest.exists():
            self._save()  # so that the app lists it from now on
        with _a_slot_for_every_core():
            self._all_stages()
        return self.runs

    def _all_stages(self) -> None:
        try:
            tried = self._stage(LEARNING_RATE, learning_rate_stage(self.preset))
            self.chosen = Chosen(self._learning_rates(tried), {})
            tried = self._stage(GRID, grid_stage(self.preset, self.chosen))
            self.chosen = Chosen(self.chosen.learning_rates, self._settings(tried))
            for name, groups in final_stages(self.preset, self.chosen).items():
                self._stage(name, groups)
        finally:
            self._save()

    def _stage(self, name: str, groups: list[Group]) -> list[PlannedRun]:
        stage: list[PlannedRun] = []
        active: set[str] = set()
        for group in groups:
            stage += self._start(group, active)
            self._wait(name, active, at_most=AHEAD)
        self._wait(name, active, at_most=0)
        self.runs += stage
        self._save()
        return stage

    def _start(self, group: Group, active: set[str]) -> list[PlannedRun]:
        """The runs of a group: those that exist, gone on with where they ended early, and the others launched."""
        rows = planned(group)
        missing = [position for position, (_, key) in enumerate(rows) if not self._goes_on(key)]
        if missing:
            losses = [group.experiment.losses[position] for position in missing]
            experiment = group.experiment.model_copy(update={"losses": losses})
            run_ids = launchers.launch(experiment, self.folder.path, maps=False)
            self._existing |= {rows[position][1]: run_id for position, run_id in zip(missing, run_ids, strict=True)}
            self._session["trained"] += len(missing)
        found = [PlannedRun(**{**vars(run), "run_id": self._existing[key]}) for run, key in rows]
        active |= {run.run_id for run in found if run.run_id}
        return found

    def _goes_on(self, key: str) -> bool:
        """Whether there is a run with these settings that is done, failed for good, or on its way."""
        run_id = self._existing.get(key)
        if run_id is None:
            return False
        state = self._state(run_id)
        if state in (State.STOPPED, State.CRASHED) or (state is State.FAILED and self.retry_failed):
            launchers.resume(run_id, self.folder.path, maps=False)
            self._before.discard(run_id)
        return True

    def _wait(self, stage: str, active: set[str], *, at_most: int) -> None:
        """Until no more than ``at_most`` of the ``active`` runs are still on their way."""
        while True:
            for run_id in list(active):
                state = self._state(run_id)
                if not state.is_active:
                    active.remove(run_id)
                    self._ended[run_id] = state
            self._tell(stage)
            if len(active) <= at_most:
                return
            launchers.ensure_services(self.folder.path, maps=False)
            time.sleep(POLL_SECONDS)

    def _tell(self, stage: str) -> None:
        done = len(self._ended)
        if time.monotonic() - self._last_said < PROGRESS_SECONDS and done < self._total:
            return
        self._last_said = time.monotonic()
        fresh = len(self._ended.keys() - self._before)
        left = (time.monotonic() - self._started) / fresh * (self._total - done) if fresh else None
        self.say(
            {
                "stage": stage,
                "done": done,
                "total": self._total,
                "failed": sum(state is not State.DONE for state in self._ended.values()),
                "seconds_left": None if left is None else round(left),
            }
        )

    def _state(self, run_id: str) -> State:
        return self.folder.reader(run_id).status.state

    def _learning_rates(self, tried: list[PlannedRun]) -> dict[str, float]:
        rates = {setup.name: setup.learning_rates[0] for setup in self.preset.setups}
        for data in dict.fromkeys(run.data for run in tried):
            candidates = list(dict.fromkeys(run.condition for run in tried if run.data == data))
            scores = [self._scores(run for run in tried if (run.data, run.condition) == (data, c)) for c in candidates]
            rates[data] = float(candidates[best(scores)])
        return rates

    def _settings(self, tried: list[PlannedRun]) -> dict[str, dict[str, Settings]]:
        chosen: dict[str, dict[str, Settings]] = {}
        for data, loss in dict.fromkeys((run.data, run.loss) for run in tried):
            mine = [run for run in tried if (run.data, run.loss) == (data, loss)]
            points = [dict(point) for point in dict.fromkeys(tuple(run.settings.items()) for run in mine)]
            scores = [self._scores(run for run in mine if run.settings == point) for point in points]
            chosen.setdefault(data, {})[loss] = points[best(scores)]
        return chosen

    def _scores(self, runs: Iterable[PlannedRun]) -> list[float | None]:
        return [validation_accuracy(self.folder.reader(run.run_id)) for run in runs if run.run_id]

    def _save(self) -> None:
        session = {**self._session, "seconds": round(time.monotonic() - self._started), "load_after": _load()}
        session["slots"] = os.environ.get(CPU_SLOTS_VARIABLE)
        self.folder.write(self.preset, self.chosen, self.runs, [*self._earlier, session])


@contextlib.contextmanager
def _a_slot_for_every_core() -> Iterator[None]:
    """Unless the user says otherwise: a small network gains nothing from a second thread, a second run does."""
    chosen = os.environ.get(CPU_SLOTS_VARIABLE)
    os.environ[CPU_SLOTS_VARIABLE] = chosen or str(os.cpu_count() or 1)
    try:
        yield
    finally:
        if chosen is None:
            del os.environ[CPU_SLOTS_VARIABLE]


def check(preset: Preset) -> None:
    """Load every data set and build every config once, so that nothing fails an hour later.

    Raises:
        LaunchError: a loss or data set is unknown, or a data set is not here; the message says what to do.
    """
    from trainers.config import read_experiment

    for setup in preset.setups:
        shared = {"data": setup.data, "encoder": setup.encoder, "batch_size": setup.batch_size, **setup.more}
        experiment = read_experiment({**shared, "losses": list(preset.losses)})
        spec, config = experiment.data_entry
        try:
            spec.load(config)
        except (OSError, ValueError) as error:
            raise LaunchError(f"{setup.name}: {error}") from error


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _load() -> float | None:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
