"""Placing a picture of one's own: asks the command line, because the page process never loads a network."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root

TIMEOUT_SECONDS = 120.0
_PROJECT = Path(__file__).resolve().parents[1]


class LandingError(SoftsilError):
    """A picture could not be placed; says why."""


@dataclass(frozen=True)
class Landing:
    """Where a picture landed, as ``python -m trainers embed`` says; see :class:`trainers.landing.Landing`."""

    run_id: str
    epoch: int
    prediction: str
    probability: float
    nearest_class: str
    class_distance: float
    neighbors: list[dict[str, Any]]
    places: dict[str, list[float]]
    picture: str
    notes: list[str]


def land(run_id: str, picture: bytes, epoch: int | None) -> Landing:
    """Place a picture; takes a few seconds, most of them for loading torch.

    Args:
        run_id: the run.
        picture: the bytes of a picture file.
        epoch: the epoch that is looked at; the nearest kept network is used. None: the newest.

    Raises:
        LandingError: it cannot be placed; one sentence.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "picture")
        file.write_bytes(picture)
        command = [sys.executable, "-m", "trainers", "embed", run_id, "--json", "--root", str(runs_root())]
        command += ["--image", str(file)] + ([] if epoch is None else ["--epoch", str(epoch)])
        try:
            done = subprocess.run(
                command, cwd=_PROJECT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise LandingError(f"The network did not answer within {TIMEOUT_SECONDS:.0f} s; try again.") from error
    if done.returncode != 0:
        raise LandingError(_reason(done.stderr))
    return Landing(**json.loads(done.stdout)[0])


def _reason(errors: str) -> str:
    last = errors.strip().splitlines()[-1:] or ["it ended without a word"]
    try:
        return str(json.loads(last[0])["error"])
    except (ValueError, KeyError, TypeError):
        return f"The picture could not be placed: {last[0]}"
