"""What was measured of runs that have ended, kept beside them: to measure a thousand runs again takes minutes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json, write_json
from softsil.runs.paths import RunPaths

SCHEMA = 1


class Kept:
    """Measurements by run; each holds as long as the run's history is not written to.

    Args:
        path: the file; one that is missing, torn or of another version is as good as empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        try:
            content = read_json(path)
        except UnreadableFileError:
            content = {}
        self._rows: dict[str, Any] = content.get("runs", {}) if content.get("schema") == SCHEMA else {}

    def measured(self, paths: RunPaths, what: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The kept measurement of a run, or what ``measure`` gives now.

        Args:
            paths: the run.
            what: name of the measurement.
            measure: gives values that JSON can hold.
        """
        key = f"{paths.run_id} {what}"
        changed = paths.metrics.stat().st_mtime_ns if paths.metrics.exists() else 0
        kept = self._rows.get(key)
        if kept is None or kept["changed"] != changed:
            kept = self._rows[key] = {"changed": changed, "values": measure()}
            self._changed = True
        values: dict[str, Any] = kept["values"]
        return values

    def save(self) -> None:
        """Replace the file, if anything is new."""
        if self._changed:
            write_json(self._path, {"schema": SCHEMA, "runs": self._rows})
