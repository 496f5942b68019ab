"""One row a run for lists and tables: read from the small files only, and again only when they change."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json
from softsil.runs.notes import Notes, read_notes
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader
from softsil.runs.status import RunStatus, State

# Enough for the last rows of every split, even with a thousand classes in each.
_TAIL_BYTES = 65_536

MOST_TOGETHER = 6  # runs that fit side by side


@dataclass(frozen=True)
class RunRow:
    """What a list shows of one run; None where it is unknown. ``ours``: a job of the trainers carries it out."""

    run_id: str
    name: str
    experiment: str
    state: State
    status: RunStatus
    data: str
    loss: str
    seed: int | None
    created: datetime | None
    accuracy: float | None
    silhouette: float | None
    notes: Notes
    ours: bool


def run_row(reader: RunReader) -> RunRow | None:
    """The row of one run, or None while its folder is still being made."""
    paths = reader.paths
    config = _config(paths.config, _changed(paths.config))
    status = reader.status
    if not config and not paths.status.exists():
        return None
    settings = _mapping(config.get("config"))
    latest = _latest(paths.metrics, *_size_and_change(paths.metrics))
    notes = _notes(paths, _changed(paths.notes))
    return RunRow(
        run_id=reader.run_id,
        name=notes.name or str(config.get("name") or reader.run_id),
        experiment=str(config.get("experiment") or reader.run_id),
        state=status.state,
        status=status,
        data=_name_in(settings, "data"),
        loss=_name_in(settings, "objective"),
        seed=seed if isinstance(seed := settings.get("seed"), int) else None,
        created=_time(config.get("created")),
        accuracy=_number(latest, "validation", "accuracy"),
        silhouette=_number(latest, "watched", "silhouette"),
        notes=notes,
        ours=config.get("kind") == "training",
    )


def run_rows(readers: Sequence[RunReader]) -> list[RunRow]:
    """The rows of all runs that have begun."""
    return [row for reader in readers if (row := run_row(reader)) is not None]


def in_order(together: Sequence[RunRow]) -> list[RunRow]:
    """The runs of one experiment as people list them: the shorter recipe first, then by seed."""
    return sorted(together, key=lambda row: (len(row.loss), row.loss, row.seed or 0, row.run_id))


def newest_together(rows: Sequence[RunRow]) -> list[RunRow]:
    """The newest experiment, as much of it as fits side by side; what is running comes before what has ended."""
    if not rows:
        return []
    active = [row for row in rows if row.state in (State.RUNNING, State.STOPPING)]
    newest = (active or rows)[0]
    return in_order([row for row in rows if row.experiment == newest.experiment])[:MOST_TOGETHER]


@lru_cache(maxsize=4096)
def _config(path: Path, changed: int) -> dict[str, Any]:
    del changed  # only part of the key
    try:
        return read_json(path)
    except UnreadableFileError:
        return {}


@lru_cache(maxsize=4096)
def _notes(paths: RunPaths, changed: int) -> Notes:
    if not changed:  # nobody wrote any
        return Notes()
    try:
        return read_notes(paths)
    except UnreadableFileError:
        return Notes()


@lru_cache(maxsize=4096)
def _latest(path: Path, size: int, changed: int) -> dict[str, dict[str, Any]]:
    """The last row of every split in the file's tail."""
    del changed
    if not size:
        return {}
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        lines = file.read().splitlines()
    latest: dict[str, dict[str, Any]] = {}
    for line in lines:
        row = _parsed(line)
        if row is not None:
            latest[str(row.get("split"))] = row
    return latest


def _parsed(line: bytes) -> dict[str, Any] | None:
    # The first line of the tail may be cut, the last one half written.
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _number(latest: dict[str, dict[str, Any]], split: str, name: str) -> float | None:
    value = latest.get(split, {}).get(name)
    return float(value) if isinstance(value, (int, float)) else None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _name_in(settings: dict[str, Any], key: str) -> str:
    value = settings.get(key)
    if isinstance(value, dict):
        value = value.get("name")
    return str(value) if value else "–"


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone()
    except ValueError:
        return None


def _changed(path: Path) -> int:
    return _size_and_change(path)[1]


def _size_and_change(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)
