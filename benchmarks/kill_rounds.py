"""kill -9 of job, launcher, supervisor, projector and app at random moments, many times; then every run is checked.

``python -m benchmarks.kill_rounds [--rounds 100] [--seed 0] [--json FILE] [--docs FILE]``

A round waits a random while and kills one process, drawn by chance; who died is resumed or started again as a person
would do it. At the end all runs are brought to their end. A run is whole when every epoch is there exactly once, in the
history and as a snapshot, every file can be read, and its numbers are those of a run that nobody killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from softsil.runs.lock import is_held
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State, read_status
from trainers import launchers
from trainers.config import ExperimentConfig
from trainers.launchers.process import kill_run
from trainers.timings import without_timings

ROOT = Path(__file__).parents[1]
DOCS_START, DOCS_END = "<!-- kill rounds:start -->", "<!-- kill rounds:end -->"
LONGEST_LIFE_SECONDS = 6.0
DEADLINE_SECONDS = 120.0
VICTIMS = ("job", "job", "job", "launcher", "supervisor", "projector", "app")
EPOCHS = 300
SETTINGS: dict[str, Any] = {
    "name": "short",
    "data": {"name": "blobs", "samples": 240, "classes": 4, "dimensions": 8},
    "encoder": {"name": "mlp", "hidden": (16,), "embedding_dim": 8},
    "losses": ["ce+sil"],
    "epochs": EPOCHS,
    "batch_size": 32,
    "watched_samples": 40,
    "device": "cpu",
    "threads": 1,
}


@dataclass
class Report:
    """What happened.

    Attributes:
        rounds: rounds carried out.
        killed: how many processes of each kind were hit; a round may come when none lives.
        seen_after: seconds from the kill of a job until its run read as crashed.
        resumed: how often a run was resumed.
        runs: runs launched.
        broken: one sentence for each thing that is not as it must be.
    """

    rounds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    seen_after: list[float] = field(default_factory=list)
    resumed: int = 0
    runs: int = 0
    broken: list[str] = field(default_factory=list)


class Rounds:
    """Kills processes that work on one runs folder.

    Args:
        root: the runs folder.
        seed: of victims and moments.
        victims: what to kill, each as often as it is listed.
        epochs: length of a run.
    """

    def __init__(self, root: Path, *, seed: int = 0, victims: Sequence[str] = VICTIMS, epochs: int = EPOCHS) -> None:
        self.root, self.victims = root, victims
        self.experiment = ExperimentConfig(**{**SETTINGS, "epochs": epochs})
        self.rng = random.Random(seed)
        self.report = Report()
        self.app: subprocess.Popen[bytes] | None = None

    def carry_out(self, rounds: int) -> Report:
        """Kill ``rounds`` times, bring everything to its end, and check it."""
        reference = launchers.launch(self.experiment, self.root)
        self._until(lambda: self._state(reference[0]) is State.DONE)
        for _ in range(rounds):
            if all(reader.status.state is State.DONE for reader in list_runs(self.root)):
                launchers.launch(self.experiment, self.root)
            self._round(self.rng.choice(self.victims))
            self.report.rounds += 1
        self._until(self._all_done)
        self.report.runs = len(list_runs(self.root))
        self.report.broken += self._faults(RunReader(reference[0], self.root))
        return self.report

    def end(self) -> None:
        """End what was started and still lives."""
        if self.app is not None:
            self.app.kill()
            self.app.wait()
        for process in [*self._living("supervisor"), *self._living("projector")]:
            process.kill()
        for reader in list_runs(self.root):
            if is_held(reader.paths.alive_lock):
                kill_run(read_status(reader.paths))

    def _round(self, victim: str) -> None:
        if victim == "app" and (self.app is None or self.app.poll() is not None):
            self.app = self._start_app()
        if victim == "launcher":
            self.report.killed["launcher"] += self._kill_launcher()
        else:
            if victim == "supervisor" and not self._living("supervisor"):
                launchers.launch(self.experiment, self.root)
            self._until(lambda: any(is_held(reader.paths.alive_lock) for reader in list_runs(self.root)))
            time.sleep(self.rng.uniform(0, LONGEST_LIFE_SECONDS))  # the moment of death, not a wait for anything
            getattr(self, f"_kill_{victim}")()
        launchers.ensure_services(self.root)
        self._resume_the_dead()

    def _kill_job(self) -> None:
        for reader in list_runs(self.root):
            trains = reader.status.state is State.RUNNING  # else it only gets ready, and the supervisor starts another
            if is_held(reader.paths.alive_lock) and kill_run(read_status(reader.paths)):
                began = time.monotonic()
                self._until(lambda reader=reader: not is_held(reader.paths.alive_lock))  # type: ignore[misc]
                self.report.killed["job"] += 1
                if trains and reader.status.state is State.CRASHED:
                    self.report.seen_after.append(time.monotonic() - began)
                return

    def _kill_supervisor(self) -> None:
        self._kill_service("supervisor")

    def _kill_projector(self) -> None:
        self._kill_service("projector")

    def _kill_service(self, kind: str) -> None:
        for process in self._living(kind):
            process.kill()
            self.report.killed[kind] += 1
        self._until(lambda: not is_held(self.root / ".softsil" / f"{kind}.lock"))

    def _kill_app(self) -> None:
        assert self.app is not None
        training = {r.run_id for r in list_runs(self.root) if r.status.state is State.RUNNING}
        self.app.kill()
        self.app.wait()
        self.report.killed["app"] += 1
        self.report.broken += [
            f"{run_id} died with the app" for run_id in training if self._state(run_id) is State.CRASHED
        ]

    def _kill_launcher(self) -> int:
        """Kill a command line that is just launching a run, hopefully in the midst of it."""
        settings = self.root / ".softsil" / "experiment.json"
        settings.write_text(self.experiment.model_dump_json())
        command = [sys.executable, "-m", "trainers", "run", str(settings), "--detach", "--root", str(self.root)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
        before = len(list_runs(self.root))
        self._until(lambda: len(list_runs(self.root)) > before or process.poll() is not None)
        time.sleep(self.rng.uniform(0, 0.05))
        alive = process.poll() is None
        process.kill()
        process.wait()
        return int(alive)

    def _start_app(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(_free_port())]
        environment = {**os.environ, "SOFTSIL_RUNS": str(self.root)}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)

    def _living(self, kind: str) -> list[psutil.Process]:
        """The processes of this kind that serve our folder and no other."""
        module = {"supervisor": "trainers.launchers.supervisor", "projector": "trainers.projector"}[kind]
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
            except psutil.Error:
                continue
            if module in words and str(self.root) in words and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def _resume_the_dead(self) -> None:
        """As a person does who looks at the list; what lost its place in the queue is queued again, too."""
        for reader in list_runs(self.root):
            status = reader.status
            dead = status.state in (State.CRASHED, State.FAILED) and not is_held(reader.paths.alive_lock)
            lost = status.state is State.QUEUED and launchers.queue_position(reader.run_id, self.root) is None
            if status.state is State.FAILED and "before it started to train" not in str(status.error):
                self.report.broken.append(f"{reader.run_id} failed: {status.error}")
            if dead or (lost and not is_held(reader.paths.alive_lock)):
                launchers.resume(reader.run_id, self.root)
                self.report.resumed += 1

    def _all_done(self) -> bool:
        self._resume_the_dead()
        return all(reader.status.state is State.DONE for reader in list_runs(self.root))

    def _state(self, run_id: str) -> State:
        return RunReader(run_id, self.root).status.state

    def _until(self, condition: Callable[[], Any]) -> None:
        longest = time.monotonic() + DEADLINE_SECONDS * max(1, len(list_runs(self.root)))
        while not condition():
            if time.monotonic() > longest:
                states = {reader.run_id: reader.status.state.value for reader in list_runs(self.root)}
                raise TimeoutError(f"something hangs; states: {states}")
            time.sleep(0.02)

    def _faults(self, reference: RunReader) -> list[str]:
        expected = numbers(reference)
        return [f"{reader.run_id}: {fault}" for reader in list_runs(self.root) for fault in faults_of(reader, expected)]


def numbers(reader: RunReader) -> list[dict[str, Any]]:
    """The history without what differs between two equal runs."""
    return without_timings(reader.history())


def faults_of(reader: RunReader, expected: list[dict[str, Any]]) -> list[str]:
    """What is not as in a run that nobody killed."""
    from trainers.checkpoint import CheckpointStore

    epochs = [row["epoch"] for row in expected if row.get("split") == "validation"]
    lines = [json.loads(line) for line in reader.paths.metrics.read_text().splitlines()]
    found = []
    if [row["epoch"] for row in lines if row["split"] == "validation"] != epochs:
        found.append("the history has gaps, repetitions or another order")
    if reader.embedding_epochs() != epochs:
        found.append("a snapshot is missing")
    stored = set(reader.embedding_epochs())
    found += [f"epoch {epoch} has an unreadable snapshot" for epoch in epochs if not _readable(reader, epoch, stored)]
    if numbers(reader) != expected:
        found.append("its numbers differ from those of the run that nobody killed")
    checkpoint = CheckpointStore(reader.paths).newest()
    if checkpoint is None or checkpoint.epoch != epochs[-1]:
        found.append("its last checkpoint is missing")
    return [*found, *reader.problems]


def _readable(reader: RunReader, epoch: int, stored: set[int]) -> bool:
    if epoch in stored:
        reader.embeddings(epoch)
    return reader.silhouettes(epoch) is not None and reader.predictions(epoch) is not None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_text(report: Report, seed: int) -> str:
    """The report in a few sentences."""
    killed = ", ".join(f"{count} {kind}s" for kind, count in sorted(report.killed.items()))
    seen = f"; a killed job read as crashed after {max(report.seen_after):.2f} s at most " if report.seen_after else ""
    median = f"(median {statistics.median(report.seen_after):.2f} s)" if report.seen_after else ""
    verdict = "; ".join(report.broken) or "every run ended done and whole, with the numbers of the run nobody killed"
    return (
        f"{report.rounds} rounds (seed {seed}), {report.runs} runs of {EPOCHS} epochs; killed: {killed}; "
        f"{report.resumed} times resumed{seen}{median}. {verdict[:1].upper()}{verdict[1:]}."
    )


def main() -> int:
    """Carry out the rounds and print the report; 1 if anything was broken."""
    parser = argparse.ArgumentParser(description="Kill processes at random moments.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report to this file")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put the report between the markers of this page")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="softsil-kill-"))
    rounds = Rounds(root, seed=options.seed)
    try:
        report = rounds.carry_out(options.rounds)
    finally:
        rounds.end()
    text = as_text(report, options.seed)
    print(text)
    if options.json:
        options.json.write_text(json.dumps({**vars(report), "seed": options.seed}, indent=1) + "\n")
    if options.docs:
        before, rest = options.docs.read_text().split(DOCS_START, 1)
        options.docs.write_text(f"{before}{DOCS_START}\n{text}\n{DOCS_END}{rest.split(DOCS_END, 1)[1]}")
    if not report.broken:
        shutil.rmtree(root, ignore_errors=True)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
