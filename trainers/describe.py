"""A run in one row of plain values: what the command line lists and scripts read."""

from __future__ import annotations

from typing import Any

from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers.launchers.queue import is_paused, places, waiting

Row = dict[str, Any]


def describe(reader: RunReader) -> Row:
    """State, progress, latest measurements and notes of a run; None where there is none yet."""
    status, notes, history = reader.status, reader.notes, reader.history()
    return {
        "run_id": reader.run_id,
        "name": reader.name,
        "experiment": reader.experiment,
        "state": status.state.value,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "device": status.device,
        **_place(reader, status.state),
        "seconds_left": status.seconds_left,
        "validation_accuracy": _latest(history, "validation", "accuracy"),
        "silhouette": _latest(history, "watched", "silhouette"),
        "test_accuracy": _latest(history, "test", "accuracy"),
        "message": status.message,
        "error": status.error,
        "tags": list(notes.tags),
        "note": notes.note,
        "archived": notes.archived,
    }


def _place(reader: RunReader, state: State) -> Row:
    """Where a waiting run stands in the queue, and whether that is paused."""
    queue = waiting(reader.paths.root) if state is State.QUEUED else []
    one = next((one for one in queue if one.run_id == reader.run_id), None)
    return {
        "queue_position": places(reader.paths.root).get(reader.run_id) if one else None,
        "priority": one.priority if one else None,
        "queue_paused": is_paused(reader.paths.root) if one else None,
    }


def one_line(row: Row) -> str:
    """The row as a person reads it."""
    parts = [
        f"{row['run_id']:<46} {row['state']:<8} epoch {row['epoch']}/{row['epochs'] or '?'}",
        f"number {row['queue_position']} in the queue" if row["queue_position"] else "",
        "(the queue is paused)" if row["queue_paused"] else "",
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
        " ".join(f"#{tag}" for tag in row["tags"]),
        "archived" if row["archived"] else "",
        row["message"] or "",
        row["error"] or "",
    ]
    return "  ".join(part for part in parts if part)


def _latest(history: list[Row], split: str, name: str) -> float | None:
    values = (row.get(name) for row in reversed(history) if row.get("split") == split)
    return next((float(value) for value in values if value is not None), None)
