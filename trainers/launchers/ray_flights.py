"""Runs that were handed to Ray, noted in small files so that the next driver knows of them, and how they are ended."""

from __future__ import annotations

import os
from pathlib import Path

from softsil.runs.files import write_bytes
from softsil.runs.paths import RunPaths, is_run_id

_AT_ONCE = b"at once"


def flights(root: Path) -> list[str]:
    """Ids of the runs in Ray's hands, also those that a dead driver left there."""
    try:
        return sorted(filter(is_run_id, os.listdir(_folder(root))))
    except FileNotFoundError:
        return []


def begin_flight(paths: RunPaths) -> None:
    """Note that Ray has the run."""
    _folder(paths.root).mkdir(parents=True, exist_ok=True)
    (_folder(paths.root) / paths.run_id).touch()


def end_flight(paths: RunPaths) -> None:
    """Note that Ray no longer has it."""
    (_folder(paths.root) / paths.run_id).unlink(missing_ok=True)


def want_end(paths: RunPaths) -> None:
    """Turn the request to stop into one to end at once."""
    write_bytes(paths.stop_request, _AT_ONCE)


def end_wanted(paths: RunPaths) -> bool:
    """Whether somebody asked to end the run at once."""
    try:
        return paths.stop_request.read_bytes() == _AT_ONCE
    except FileNotFoundError:
        return False


def _folder(root: Path) -> Path:
    return root / ".softsil" / "ray"
