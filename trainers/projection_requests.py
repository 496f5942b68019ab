"""Asking the projector for another projection of runs: other settings, another method, three dimensions."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.errors import SoftsilError
from softsil.projection.registry import Projection, parse_projection
from softsil.runs.files import read_json, write_json
from softsil.runs.paths import RunPaths, runs_root, service_folder
from softsil.runs.reader import RunReader

FOLDER = "projection-requests"

log = logging.getLogger("projector")


@dataclass(frozen=True)
class ProjectionRequest:
    """A wish for a projection of some runs."""

    run_ids: tuple[str, ...]
    projection: Projection


def request_projection(
    run_ids: Sequence[str], projection: str | Mapping[str, Any] | Projection, root: str | Path | None = None
) -> str:
    """Ask for a projection of ``run_ids`` with these settings; it is kept beside the others.

    Args:
        run_ids: the runs, normally all of one experiment.
        projection: e.g. ``{"method": "umap", "dims": 3, "n_neighbors": 30}``.
        root: the runs folder.

    Returns:
        The key under which its frames will appear.

    Raises:
        UnknownNameError: no such method.
        ValueError: a setting is unknown or out of range, or the method cannot run here.
        RunNotFoundError: no such run.
    """
    wanted = projection if isinstance(projection, Projection) else parse_projection(projection)
    if (missing := wanted.spec.missing()) is not None:
        raise ValueError(missing)
    folder = runs_root(root)
    for run_id in run_ids:
        RunReader(run_id, folder)
    request = {"runs": list(run_ids), "projection": wanted.as_config()}
    write_json(service_folder(folder) / FOLDER / f"{uuid.uuid4().hex}.json", request)
    return wanted.key


def take_requests(root: Path) -> Iterator[ProjectionRequest]:
    """The waiting requests, each removed after it was noted in the run folders; a damaged one is dropped."""
    for path in sorted((root / ".softsil" / FOLDER).glob("*.json")):
        try:
            content = read_json(path)
            request = ProjectionRequest(tuple(content["runs"]), parse_projection(content["projection"]))
            for run_id in request.run_ids:
                _note(RunPaths(root, run_id), request.projection)
        except (SoftsilError, ValueError, KeyError, TypeError) as error:
            log.warning("dropped a request for a projection: %s", error)
        else:
            yield request
        path.unlink(missing_ok=True)


def _note(paths: RunPaths, projection: Projection) -> None:
    # The run folder itself says what it should have: the wish survives this process and a move of the folder.
    config = paths.projection(projection.key) / "config.json"
    if paths.config.exists() and not config.exists():
        write_json(config, {"schema": 1, **projection.as_config(), "reference": None})
