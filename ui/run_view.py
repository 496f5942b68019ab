"""What the pages show of a run, read once per change of its files.

Files of a run are either replaced as a whole or appended to, so (path, time, size) names their content: that triple is
the cache key, and pages may ask on every tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import SoftsilError
from softsil.runs.reader import RunReader
from softsil.runs.status import RunStatus
from ui.charts import ClassSilhouettes, Curve, run_color
from ui.left_out import left_out
from ui.stamps import Stamp, stamp

_NOT_METRICS = ("time", "epoch", "step", "split")


@dataclass(frozen=True)
class History:
    """The metrics of a run as arrays.

    Attributes:
        scalars: (split, name) to epochs int32 ``[e]`` and values float32 ``[e]``.
        class_epochs: epochs with silhouettes, int32 ``[e]``.
        class_silhouettes: float32 ``[e, c]``; NaN where a class is absent.
        mean_silhouettes: mean over the watched samples, float32 ``[e]``.
    """

    scalars: dict[tuple[str, str], tuple[NDArray[np.int32], NDArray[np.float32]]]
    class_epochs: NDArray[np.int32]
    class_silhouettes: NDArray[np.float32]
    mean_silhouettes: NDArray[np.float32]

    def at(self, split: str, name: str, epoch: int | None = None) -> float | None:
        """The value at ``epoch`` or the last one before it (None: the newest); None where nothing was recorded."""
        epochs, values = self.scalars.get((split, name), (np.empty(0, np.int32), np.empty(0, np.float32)))
        row = len(epochs) if epoch is None else int(np.searchsorted(epochs, epoch, side="right"))
        return float(values[row - 1]) if row and np.isfinite(values[row - 1]) else None


@dataclass(frozen=True)
class RunView:
    """One of the chosen runs.

    Attributes:
        run_id: id of the run.
        label: its name, made unique among the chosen ones.
        color: its color in every chart.
        status: its state now.
        class_names: name of every class; empty while unknown.
        history: its metrics.
        config: the whole of ``config.json``.
        problems: one sentence for each unreadable file, and for what maps and curves lack.
    """

    run_id: str
    label: str
    color: str
    status: RunStatus
    class_names: tuple[str, ...]
    history: History
    config: dict[str, Any]
    problems: tuple[str, ...]

    def curve(self, split: str, name: str, *, dotted: bool = False) -> Curve | None:
        """One metric as a line, or None where it was not recorded."""
        found = self.history.scalars.get((split, name))
        if found is None:
            return None
        return Curve(self.label, self.color, *found, detail=split, dotted=dotted)

    def silhouettes(self) -> ClassSilhouettes | None:
        """The class silhouettes, or None where there are none."""
        history = self.history
        if not len(history.class_epochs):
            return None
        return ClassSilhouettes(
            self.label, self.color, history.class_epochs, history.class_silhouettes, history.mean_silhouettes
        )


def view_runs(run_ids: Sequence[str], root: Path | None = None) -> list[RunView]:
    """The runs that exist, in the order asked for; their colors follow that order."""
    readers = [reader for run_id in run_ids if (reader := _open(run_id, root)) is not None]
    names = [reader.name for reader in readers]
    labels = [
        name if names.count(name) == 1 else f"{name} ({reader.run_id[-4:]})"
        for name, reader in zip(names, readers, strict=True)
    ]
    return [
        _view(reader, label, run_color(index))
        for index, (reader, label) in enumerate(zip(readers, labels, strict=True))
    ]


def _view(reader: RunReader, label: str, color: str) -> RunView:
    class_names, no_names = _class_names(reader.paths.folder, stamp(reader.paths.samples))
    history, no_history = _history(reader.paths.folder, stamp(reader.paths.metrics))
    return RunView(
        run_id=reader.run_id,
        label=label,
        color=color,
        status=reader.status,
        class_names=class_names,
        history=history,
        config=reader.config,
        problems=(*reader.problems, *no_names, *no_history, *left_out(reader)),
    )


def _open(run_id: str, root: Path | None) -> RunReader | None:
    try:
        return RunReader(run_id, root)
    except SoftsilError:
        return None


@lru_cache(maxsize=256)
def _class_names(folder: Path, stamp: Stamp) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, and what could not be read."""
    del stamp  # only part of the key
    reader = RunReader(folder.name, folder.parent)
    samples = reader.samples
    return tuple(samples.class_names) if samples else (), tuple(reader.problems)


@lru_cache(maxsize=256)
def _history(folder: Path, stamp: Stamp) -> tuple[History, tuple[str, ...]]:
    """The metrics, and what could not be read."""
    del stamp
    reader = RunReader(folder.name, folder.parent)
    return history_of(reader.history()), tuple(reader.problems)


def history_of(rows: Sequence[dict[str, Any]]) -> History:
    """Turn rows of ``metrics.jsonl``, by epoch, into arrays; what is not a number is left out."""
    columns: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
    for row in rows:
        for name, value in row.items():
            if name not in _NOT_METRICS and _is_number(value):
                epochs, values = columns.setdefault((str(row.get("split")), name), ([], []))
                epochs.append(row["epoch"])
                values.append(_float(value))
    watched = _class_rows(rows)
    width = len(watched[0]["silhouette_per_class"]) if watched else 0
    return History(
        scalars={
            key: (np.asarray(epochs, np.int32), np.asarray(values, np.float32))
            for key, (epochs, values) in columns.items()
        },
        class_epochs=np.asarray([row["epoch"] for row in watched], np.int32),
        class_silhouettes=np.asarray(
            [[_float(value) for value in row["silhouette_per_class"]] for row in watched], np.float32
        ).reshape(len(watched), width),
        mean_silhouettes=np.asarray([_float(row.get("silhouette")) for row in watched], np.float32),
    )


def _class_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [
        row
        for row in rows
        if isinstance(values := row.get("silhouette_per_class"), list) and all(map(_is_number, values))
    ]
    return [row for row in found if len(row["silhouette_per_class"]) == len(found[-1]["silhouette_per_class"])]


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _float(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")
