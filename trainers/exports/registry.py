"""The table of export formats."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from softsil.registry import Registry
from softsil.runs.reader import RunReader
from trainers.errors import LaunchError

REQUIREMENTS = "requirements-integrations.txt"


@dataclass(frozen=True)
class ExportFormat:
    """One format.

    Attributes:
        name: what users type after ``--format``.
        summary: what it is good for, in a phrase.
        suffix: of the file; empty for a folder.
        write: writes runs to a path, which it replaces (a file) or adds to (a folder).
    """

    name: str
    summary: str
    suffix: str
    write: Callable[[Sequence[RunReader], Path], None]

    def default_target(self, readers: Sequence[RunReader]) -> Path:
        """Where the runs go unless the user says so: a file named after the first one, or a folder named after us."""
        return Path(f"{readers[0].run_id}{self.suffix}" if self.suffix else f"softsil-{self.name}")


EXPORTS: Registry[ExportFormat] = Registry("export format", "trainers.exports")


def need(module: str, package: str) -> ModuleType:
    """Import an optional package.

    Raises:
        LaunchError: it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise LaunchError(f"this needs {package}, which is not installed; pip install -r {REQUIREMENTS}") from error
