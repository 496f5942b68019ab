"""The projector: one long-lived process per runs folder that gives every run its map frames.

``python -m trainers.projector ROOT``. It holds ``.softsil/projector.lock``, so there is never a second one, looks at
the folders several times a second, and ends by itself when nothing has happened for a while. PCA frames come first and
need no compilation; UMAP's inner loops are compiled (once per machine) beside them.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from softsil.errors import RunBusyError
from softsil.projection.registry import METHODS, default_projections
from softsil.runs.lock import hold, is_held
from softsil.runs.paths import runs_root, service_folder
from trainers.projection_queue import ProjectionQueue

LOCK_NAME = "projector.lock"
LOG_NAME = "projector.log"
POLL_SECONDS = 0.4
# Just after an epoch another may end: looking more often then costs little and shows it sooner.
BUSY_POLL_SECONDS = 0.1
BUSY_SECONDS = 20.0
IDLE_SECONDS = 15 * 60.0
NICENESS = 10
_LARGEST_LOG_BYTES = 1_000_000
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")

log = logging.getLogger("projector")
_started: dict[Path, subprocess.Popen[bytes]] = {}


def ensure_projector(root: str | Path | None = None) -> None:
    """Start the projector of this runs folder unless one runs; returns at once.

    Of several that are started at the same moment one gets the lock and the others end.
    """
    folder = runs_root(root)
    mine = _started.get(folder)
    if (mine is not None and mine.poll() is None) or is_held(service_folder(folder) / LOCK_NAME):
        return
    log_file = service_folder(folder) / LOG_NAME
    with log_file.open("ab") as output:
        _started[folder] = subprocess.Popen(
            [sys.executable, "-m", "trainers.projector", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).parents[1],
            env={**os.environ, **_ONE_THREAD},
            start_new_session=True,
        )


def serve(root: Path, *, idle_seconds: float = IDLE_SECONDS) -> None:
    """Follow all runs below ``root`` until nothing has happened for ``idle_seconds``, or the folder is gone.

    Raises:
        RunBusyError: another projector serves this folder.
    """
    queue = ProjectionQueue(root)
    lock_path = service_folder(root) / LOCK_NAME
    while True:
        with hold(lock_path):
            warm_up = _start_warm_up()
            _serve_until_idle(root, queue, warm_up, idle_seconds)
        # Whoever looked while we held the lock started no other projector: look once more before leaving.
        if not root.is_dir() or not queue.scan():
            return


def _serve_until_idle(root: Path, queue: ProjectionQueue, warm_up: threading.Thread, idle_seconds: float) -> None:
    last_work = time.monotonic()
    while root.is_dir():
        queue.scan()
        worked = queue.work(only_instant=warm_up.is_alive())
        if worked:
            last_work = time.monotonic()
        elif time.monotonic() - last_work >= idle_seconds and not queue.anything_alive():
            log.info("nothing to do for %.0f s: ending", idle_seconds)
            return
        else:
            busy = time.monotonic() - last_work < BUSY_SECONDS
            time.sleep(min(BUSY_POLL_SECONDS if busy else POLL_SECONDS, idle_seconds / 2))


def _start_warm_up() -> threading.Thread:
    thread = threading.Thread(target=_warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up() -> None:
    import numpy as np

    from softsil.projection.follow import measure_map
    from softsil.projection.points import Points
    from softsil.projection.registry import Frame

    began = time.perf_counter()
    points = Points(np.random.default_rng(0).normal(size=(64, 4)))
    for projection in default_projections():
        start = projection.spec.project(points, projection.settings, None)
        projection.spec.project(points, projection.settings, Frame(points, start.layout))
        measure_map(points, start.layout)
    log.info("ready after %.1f s; methods: %s", time.perf_counter() - began, ", ".join(METHODS.names()))


def _start_log(root: Path) -> None:
    path = service_folder(root) / LOG_NAME
    if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("numba").setLevel(logging.WARNING)


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m trainers.projector", description="Writes the map frames of runs.")
    parser.add_argument("root", nargs="?", help="runs folder; default $SOFTSIL_RUNS, else ./checkpoints")
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS, help="end after this long without work")
    options = parser.parse_args(arguments)
    root = runs_root(options.root)
    if not root.is_dir():
        parser.error(f"there is no runs folder {root}")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        _start_log(root)
        log.info("projector of %s, process %d", root.name, os.getpid())
        serve(root, idle_seconds=options.idle_seconds)
    except RunBusyError:
        log.info("process %d ends: another projector serves this folder", os.getpid())
    except FileNotFoundError:
        return 0 if not root.is_dir() else 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
