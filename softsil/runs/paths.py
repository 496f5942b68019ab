"""Where the files of a run are: every file has one named property, nobody joins strings."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from softsil.errors import InvalidRunIdError

RUNS_VARIABLE = "SOFTSIL_RUNS"
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RUN_ID = re.compile(r"\d{8}-\d{6}-[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?-[0-9a-z]{4}")
_PROJECTION_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){1,4}")
_EPOCH_FILE = re.compile(r"(?:epoch|frame)_(\d{5,9})\.npy")


def runs_root(root: str | Path | None = None) -> Path:
    """The runs folder: ``root`` if given, else ``$SOFTSIL_RUNS``, else ``checkpoints`` in the current folder."""
    return Path(root or os.environ.get(RUNS_VARIABLE) or "checkpoints").absolute()


def service_folder(root: Path) -> Path:
    """Folder of locks, queue markers and logs beside the runs; made if missing."""
    folder = root / ".softsil"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_run_id(name: str) -> str:
    """A fresh run id: local date and time, a slug of ``name``, four random characters."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "run"
    suffix = "".join(secrets.choice(_ID_ALPHABET) for _ in range(4))
    return f"{datetime.now():%Y%m%d-%H%M%S}-{slug}-{suffix}"


def is_run_id(text: str) -> bool:
    """Whether ``text`` has the form of a run id."""
    return _RUN_ID.fullmatch(text) is not None


def is_projection_key(text: str) -> bool:
    """Whether ``text`` has the form of a projection key."""
    return _PROJECTION_KEY.fullmatch(text) is not None


def epochs_in(folder: Path) -> list[int]:
    """Epochs of the ``epoch_*.npy`` or ``frame_*.npy`` files in ``folder``, ascending; empty if there is none."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(match[1]) for name in names if (match := _EPOCH_FILE.fullmatch(name)))


@dataclass(frozen=True)
class RunPaths:
    """The files of one run.

    Args:
        root: the runs folder.
        run_id: id of the run, as made by :func:`new_run_id`.

    Raises:
        InvalidRunIdError: ``run_id`` does not have the form of a run id; so it can never lead out of ``root``.
    """

    root: Path
    run_id: str

    def __post_init__(self) -> None:
        if not is_run_id(self.run_id):
            raise InvalidRunIdError(f"{self.run_id!r} is not a run id; one looks like 20260131-142500-ce-sil-k3f9")

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.root / self.run_id

    @property
    def config(self) -> Path:
        """What was launched, and in which environment."""
        return self.folder / "config.json"

    @property
    def status(self) -> Path:
        """State, progress and process identity."""
        return self.folder / "status.json"

    @property
    def alive_lock(self) -> Path:
        """Held by the writer of this run while it lives."""
        return self.folder / "alive.lock"

    @property
    def heartbeat(self) -> Path:
        """Renewed by a writer on a cluster, for readers on other machines."""
        return self.folder / "heartbeat.json"

    @property
    def stop_request(self) -> Path:
        """Present while somebody asks the job to stop."""
        return self.folder / "stop"

    @property
    def notes(self) -> Path:
        """What people wrote about the run: name, tags, note."""
        return self.folder / "notes.json"

    @property
    def metrics(self) -> Path:
        """Scalars, one JSON object a line."""
        return self.folder / "metrics.jsonl"

    @property
    def samples(self) -> Path:
        """The watched sample: ids, labels, class names, split, thumbnails."""
        return self.folder / "samples.npz"

    @property
    def log(self) -> Path:
        """What the job printed."""
        return self.folder / "log.txt"

    @property
    def model(self) -> Path:
        """Folder of checkpoints."""
        return self.folder / "model"

    @property
    def embeddings_folder(self) -> Path:
        """Folder of embedding snapshots."""
        return self.folder / "embeddings"

    @property
    def projections(self) -> Path:
        """Folder of projections, one folder each."""
        return self.folder / "projections"

    def embeddings(self, epoch: int) -> Path:
        """Embeddings of the watched sample at ``epoch``."""
        return self.embeddings_folder / f"epoch_{epoch:05d}.npy"

    def predictions(self, epoch: int) -> Path:
        """Predicted classes of the watched sample at ``epoch``."""
        return self.folder / "predictions" / f"epoch_{epoch:05d}.npy"

    def silhouettes(self, epoch: int) -> Path:
        """Silhouettes of the watched sample at ``epoch``."""
        return self.folder / "silhouettes" / f"epoch_{epoch:05d}.npy"

    def projection(self, key: str) -> Path:
        """Folder of the projection ``key``.

        Raises:
            InvalidRunIdError: ``key`` does not have the form of a projection key.
        """
        if not is_projection_key(key):
            raise InvalidRunIdError(f"{key!r} is not a projection key; one looks like umap-2d-1f0c9a2b")
        return self.projections / key

    def frame(self, key: str, epoch: int) -> Path:
        """Coordinates of one frame."""
        return self.projection(key) / f"frame_{epoch:05d}.npy"

    def frame_quality(self, key: str, epoch: int) -> Path:
        """Measured quality of one frame."""
        return self.projection(key) / f"frame_{epoch:05d}.json"
