"""What came out: one row for every run of a benchmark, read from its run folder."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import SoftsilError
from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers.bench.folder import BenchmarkFolder, PlannedRun
from trainers.bench.kept import Kept
from trainers.bench.plan import MAIN
from trainers.bench.scores import owns_classifier, test_accuracy, validation_accuracy

NEIGHBORS = 5
# Of some class, or there is no silhouette.
FEWEST = 2


@dataclass(frozen=True)
class Geometry:
    """Shape of the held-out embeddings after training; cosine, on the watched validation sample.

    Attributes:
        silhouette: mean.
        per_class: mean silhouette of each class; NaN for an absent one.
        class_names: name of each class.
        knn: leave-one-out accuracy of 5 neighbors.
        recall: recall@1.
        nc1: within-class variability relative to that between classes; 0 is full collapse.
    """

    silhouette: float
    per_class: tuple[float, ...]
    class_names: tuple[str, ...]
    knn: float
    recall: float
    nc1: float

    @property
    def lowest(self) -> float:
        """Mean silhouette of the lowest class."""
        return min((value for value in self.per_class if math.isfinite(value)), default=math.nan)


@dataclass(frozen=True)
class Result:
    """One run.

    Attributes:
        run: what it was for.
        state: how it ended.
        top1: test accuracy in percent, by the loss's own classifier or, without one, by a linear probe; NaN if the run
            did not end well.
        probe: test accuracy in percent of a linear probe, whatever the loss.
        validation: validation accuracy in percent, judged as ``top1``.
        owns_classifier: whether the loss trains a classifier.
        seconds: median over epochs of an epoch's training: of the processor where that trained it, else by the clock.
        megabytes: peak memory of one step beyond what is held between steps.
        geometry: shape of the embeddings, for runs of the main study.
        training: as ``seconds``, but all epochs together.
    """

    run: PlannedRun
    state: State
    top1: float
    probe: float
    validation: float
    owns_classifier: bool
    seconds: float
    megabytes: float
    geometry: Geometry | None = None
    training: float = math.nan


@dataclass(frozen=True)
class Results:
    """All rows of a benchmark, and how to pick from them."""

    rows: tuple[Result, ...] = field(default_factory=tuple)

    def of(
        self, study: str, *, data: str | None = None, loss: str | None = None, condition: str | None = None
    ) -> Results:
        """The rows of one study, further narrowed."""
        wanted = {"data": data, "loss": loss, "condition": condition}
        return Results(
            tuple(
                row
                for row in self.rows
                if row.run.study == study
                and all(value in (None, getattr(row.run, name)) for name, value in wanted.items())
            )
        )

    @property
    def data(self) -> list[str]:
        """The data sets, in the order of the plan."""
        return list(dict.fromkeys(row.run.data for row in self.rows))

    @property
    def losses(self) -> list[str]:
        """The losses, in the order of the plan."""
        return list(dict.fromkeys(row.run.loss for row in self.rows))

    @property
    def seeds(self) -> list[int]:
        """The seeds, ascending."""
        return sorted({row.run.seed for row in self.rows})

    @property
    def conditions(self) -> list[str]:
        """The conditions, in the order of the plan."""
        return list(dict.fromkeys(row.run.condition for row in self.rows))

    def table(self, value: str, loss: str, data: Sequence[str] | None = None) -> NDArray[np.float64]:
        """One value of one loss, ``[data sets, seeds]``; NaN where there is none. Names of `Geometry` work, too."""
        names, seeds = list(data or self.data), self.seeds
        table = np.full((len(names), len(seeds)), np.nan)
        for row in self.rows:
            if row.run.loss == loss and row.run.data in names:
                table[names.index(row.run.data), seeds.index(row.run.seed)] = _value(row, value)
        return table


def judge(results: Results, *losses: str) -> str:
    """By what losses can be compared: ``"top1"``, their own classifiers, if all have one; else ``"probe"``."""
    asked = [row for row in results.rows if row.run.loss in losses]
    return "top1" if all(row.owns_classifier for row in asked) else "probe"


def collect(folder: BenchmarkFolder, runs: Iterable[PlannedRun] | None = None) -> Results:
    """Read every run of a benchmark.

    Args:
        folder: the benchmark.
        runs: which of its runs; default all.

    Raises:
        UnreadableFileError: the manifest cannot be read.
    """
    listed = folder.runs() if runs is None else runs
    kept = Kept(folder.measured)
    rows = tuple(_result(folder, run, kept) for run in listed if run.run_id)
    kept.save()
    return Results(rows)


def _result(folder: BenchmarkFolder, run: PlannedRun, kept: Kept) -> Result:
    reader = folder.reader(str(run.run_id))
    state = reader.status.state
    numbers = kept.measured(reader.paths, f"numbers {state}", lambda: _numbers(reader))
    shape: dict[str, Any] = {}
    if run.study == MAIN:
        shape = kept.measured(reader.paths, f"geometry {state}", lambda: _as_json(geometry(reader)))
    found: dict[str, Any] = {name: math.nan if value is None else value for name, value in numbers.items()}
    return Result(run, state, **found, geometry=_geometry(shape))


def _numbers(reader: RunReader) -> dict[str, Any]:
    """All of a :class:`Result` but its geometry, None for NaN."""
    test, train = reader.history("test"), reader.history("train")
    times = [row.get("processor_seconds", row.get("seconds")) for row in train]
    seconds = [time for time in times if isinstance(time, int | float)]
    return {
        "top1": _percent(test_accuracy(reader)),
        "probe": _percent(test[-1].get("probe_accuracy") if test else None),
        "validation": _percent(validation_accuracy(reader)),
        "owns_classifier": owns_classifier(reader),
        "seconds": statistics.median(seconds) if seconds else None,
        "training": sum(seconds),
        "megabytes": next((row["step_megabytes"] for row in reversed(train) if "step_megabytes" in row), None),
    }


def _as_json(found: Geometry | None) -> dict[str, Any]:
    if found is None:
        return {}
    known = [value if math.isfinite(value) else None for value in found.per_class]
    return {**asdict(found), "per_class": known, "class_names": list(found.class_names)}


def _geometry(shape: dict[str, Any]) -> Geometry | None:
    if not shape:
        return None
    per_class = tuple(math.nan if value is None else value for value in shape["per_class"])
    return Geometry(**{**shape, "per_class": per_class, "class_names": tuple(shape["class_names"])})


def geometry(reader: RunReader) -> Geometry | None:
    """The shape of the last embeddings of a run, or None where there are none."""
    from softsil.metrics import class_silhouettes, knn_accuracy, neural_collapse, recall_at_k

    samples, epochs = reader.samples, reader.embedding_epochs()
    if samples is None or not epochs:
        return None
    try:
        rows = reader.embeddings(epochs[-1])
    except SoftsilError:
        return None
    labels = samples.labels
    if np.bincount(labels).max() < FEWEST:
        return None
    found = class_silhouettes(rows, labels, metric="cosine")
    means = dict(zip(np.unique(labels).tolist(), found.mean.tolist(), strict=True))
    per_class = tuple(float(means.get(index, math.nan)) for index in range(len(samples.class_names)))
    counts = np.bincount(labels, minlength=len(per_class))
    return Geometry(
        silhouette=float(np.nansum(np.asarray(per_class) * counts) / counts.sum()),
        per_class=per_class,
        class_names=tuple(samples.class_names),
        knn=100 * knn_accuracy(rows, labels, k=min(NEIGHBORS, len(rows) - 1)),
        recall=100 * recall_at_k(rows, labels, k=1),
        nc1=neural_collapse(rows, labels).nc1,
    )


def _value(row: Result, name: str) -> float:
    if hasattr(row, name):
        return float(getattr(row, name))
    return math.nan if row.geometry is None else float(getattr(row.geometry, name))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
