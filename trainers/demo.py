"""A finished training to look at before anything is trained: two runs on the digits, in a small file."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

from softsil.runs.reader import RunReader
from softsil.runs.status import State
from trainers import launchers
from trainers.config import ExperimentConfig
from trainers.errors import LaunchError
from trainers.exports.zip_file import write_zip
from trainers.imports.zip_file import import_zip
from trainers.presets import show_me

DEMO = Path(__file__).parents[1] / "examples" / "demo.zip"
POLL_SECONDS = 0.5


def demo_runs() -> list[str]:
    """Ids of the demo's runs; empty where the file is missing."""
    if not DEMO.exists():
        return []
    with zipfile.ZipFile(DEMO) as archive:
        return sorted({name.partition("/")[0] for name in archive.namelist()})


def open_demo(root: Path) -> list[str]:
    """Make sure that the demo's runs are in the runs folder; their ids.

    Raises:
        ImportFailedError: the file is missing or damaged, or only some of its runs are there.
    """
    run_ids = demo_runs()
    if run_ids and all((root / run_id).is_dir() for run_id in run_ids):
        return run_ids
    return import_zip(DEMO, root)


def demo_experiment() -> ExperimentConfig:
    """What is recorded: "Show me", a snapshot every other epoch, to be small."""
    return show_me().model_copy(update={"name": "Demo", "watched_samples": 300, "record_every": 2})


def record_demo(root: Path, target: Path, patience_seconds: float = 600) -> None:
    """Train the demo in the runs folder ``root`` and write it to ``target``, without checkpoints.

    Raises:
        LaunchError: a run did not end done, or its maps did not come in time.
    """
    readers = [RunReader(run_id, root) for run_id in launchers.launch(demo_experiment(), root)]
    deadline = time.monotonic() + patience_seconds
    while not all(map(_is_whole, readers)):
        ended = [reader for reader in readers if reader.status.state in (State.FAILED, State.CRASHED, State.STOPPED)]
        if ended or time.monotonic() > deadline:
            raise LaunchError(
                f"the demo was not recorded: {ended[0].status.error if ended else 'its maps did not come'}"
            )
        time.sleep(POLL_SECONDS)
    write_zip(readers, target)


def _is_whole(reader: RunReader) -> bool:
    """Done, with a frame of every kind of map for every snapshot."""
    snapshots = reader.embedding_epochs()
    keys = reader.projections()
    mapped = [reader.frame_epochs(key) == snapshots for key in keys]
    return reader.status.state is State.DONE and len(keys) >= 2 and all(mapped)
