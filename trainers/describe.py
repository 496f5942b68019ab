"""A run in one row of plain values: what the command line lists and scripts read."""

from __future__ import annotations

from typing import Any

from softsil.runs.reader import RunReader
from trainers.launchers import queue_position

Row = dict[str, Any]


def describe(reader: RunReader) -> Row:
    """State, progress and latest measurements of a run; None where there is none yet."""
    status = reader.status
    return {
        "run_id": reader.run_id,
        "name": reader.name,
        "experiment": reader.experiment,
        "state": status.state.value,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "device": status.device,
        "queue_position": queue_position(reader.run_id, reader.paths.root),
        "seconds_left": status.seconds_left,
        "validation_accuracy": _latest(reader, "validation", "accuracy"),
        "silhouette": _latest(reader, "watched", "silhouette"),
        "test_accuracy": _latest(reader, "test", "accuracy"),
        "error": status.error,
    }


def one_line(row: Row) -> str:
    """The row as a person reads it."""
    parts = [
        f"{row['run_id']:<46} {row['state']:<8} epoch {row['epoch']}/{row['epochs'] or '?'}",
        f"number {row['queue_position']} in the queue" if row["queue_position"] else "",
        f"about {row['seconds_left']:.0f} s left" if row["seconds_left"] else "",
        *(
            f"{title} {row[key]:.4f}"
            for key, title in (
                ("validation_accuracy", "validation accuracy"),
                ("silhouette", "silhouette"),
                ("test_accuracy", "test accuracy"),
            )
            if row[key] is not None
        ),
        row["error"] or "",
    ]
    return "  ".join(part for part in parts if part)


def _latest(reader: RunReader, split: str, name: str) -> float | None:
    values = [row.get(name) for row in reader.history(split)]
    return next((float(value) for value in reversed(values) if value is not None), None)
