"""Making a run folder: before its job starts, or at the start of one's own loop."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from softsil.runs.environment import describe_environment
from softsil.runs.files import write_json
from softsil.runs.paths import RunPaths, service_folder
from softsil.runs.status import RunStatus, State, write_status


def create_run(
    paths: RunPaths,
    *,
    name: str,
    experiment: str | None,
    kind: str,
    config: Mapping[str, Any],
    epochs: int | None = None,
    launcher: str | None = None,
) -> None:
    """Make a run folder with ``config.json`` and a queued ``status.json``.

    Args:
        paths: the new run.
        name: what people call it.
        experiment: shared by the runs launched together; default the run's own id.
        kind: ``"training"`` for a run of the trainers, ``"recorded"`` for one's own loop.
        config: what is trained; anything JSON can hold.
        epochs: epochs planned.
        launcher: who starts the job of a run of the trainers.

    Raises:
        OSError: the folder exists already, or cannot be written.
    """
    if paths.folder.exists():
        raise FileExistsError(errno.EEXIST, "there is a run of this id already", str(paths.folder))
    # Made apart and moved in one step: a launcher that dies meanwhile leaves no half of a run in the list.
    new = RunPaths(service_folder(paths.root) / "new", paths.run_id)
    new.folder.mkdir(parents=True)
    write_json(
        new.config,
        {
            "schema": 1,
            "run_id": paths.run_id,
            "name": name,
            "experiment": experiment or paths.run_id,
            "kind": kind,
            **({} if launcher is None else {"launcher": launcher}),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "config": dict(config),
            "environment": describe_environment(),
        },
    )
    write_status(new, RunStatus(State.QUEUED, epochs=epochs))
    os.replace(new.folder, paths.folder)
