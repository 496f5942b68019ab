"""Checkpoints: new names each time, hashes in a manifest, the last two and the best kept, nothing unpickled."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json, write_bytes, write_json
from softsil.runs.paths import RunPaths

KEPT_NEWEST = 2


@dataclass(frozen=True)
class Checkpoint:
    """The state after one epoch.

    Attributes:
        epoch: epochs finished.
        weights: tensors of the network and of the objective, by prefixed name.
        training: optimizer and scaler state, step count: only what ``torch.load(weights_only=True)`` accepts.
        score: what "best" means: higher is better.
    """

    epoch: int
    weights: dict[str, Tensor]
    training: dict[str, Any]
    score: float


class CheckpointStore:
    """The ``model`` folder of one run.

    Args:
        paths: the run.
    """

    def __init__(self, paths: RunPaths) -> None:
        self.folder = paths.model
        self.manifest = paths.model / "manifest.json"
        self.problems: list[str] = []

    def save(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint, then the manifest that names it, then drop what is no longer kept.

        Raises:
            OSError: the disk is full or read-only; the manifest still names the older checkpoints.
        """
        entries = [entry for entry in self._entries() if entry["epoch"] < checkpoint.epoch]
        stem = f"epoch_{checkpoint.epoch:05d}"
        buffer = io.BytesIO()
        torch.save(checkpoint.training, buffer)
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.weights.items()}
        files = {f"{stem}.safetensors": save_tensors(weights), f"{stem}.pt": buffer.getvalue()}
        for name, data in files.items():
            write_bytes(self.folder / name, data)
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        entries.append({"epoch": checkpoint.epoch, "score": checkpoint.score, "sha256": hashes})
        kept = _kept(entries)
        write_json(self.manifest, {"schema": 1, "checkpoints": kept})
        self._sweep({name for entry in kept for name in entry["sha256"]})

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint whose files are whole, or None; what was wrong with newer ones is in ``problems``."""
        return self._first_whole(sorted(self._entries(), key=lambda entry: -entry["epoch"]))

    def nearest(self, epoch: int) -> Checkpoint | None:
        """The whole checkpoint nearest to ``epoch``, the earlier one of two; None where there is none."""
        return self._first_whole(
            sorted(self._entries(), key=lambda entry: (abs(entry["epoch"] - epoch), entry["epoch"]))
        )

    def clear(self) -> None:
        """Drop everything, for a run that starts afresh."""
        self.manifest.unlink(missing_ok=True)
        self._sweep(set())

    def _first_whole(self, entries: list[dict[str, Any]]) -> Checkpoint | None:
        for entry in entries:
            try:
                return self._load(entry)
            except UnreadableFileError as error:
                self.problems.append(str(error))
        return None

    def _load(self, entry: dict[str, Any]) -> Checkpoint:
        data = {Path(name).suffix: self._checked(name, digest) for name, digest in entry["sha256"].items()}
        return Checkpoint(
            epoch=entry["epoch"],
            weights=load_tensors(data[".safetensors"]),
            training=torch.load(io.BytesIO(data[".pt"]), map_location="cpu", weights_only=True),
            score=entry["score"],
        )

    def _checked(self, name: str, digest: str) -> bytes:
        path = self.folder / Path(name).name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableFileError(f"checkpoint {name} is missing: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise UnreadableFileError(f"checkpoint {name} is damaged: its SHA-256 differs from the manifest")
        return data

    def _entries(self) -> list[dict[str, Any]]:
        if not self.manifest.exists():
            return []
        try:
            return _entries_in(read_json(self.manifest))
        except UnreadableFileError as error:
            self.problems.append(str(error))
            return []

    def _sweep(self, kept: set[str]) -> None:
        for path in self.folder.glob("*epoch_*"):
            if path.name not in kept:
                path.unlink(missing_ok=True)


def _entries_in(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a manifest, each with an epoch, a score, and the hash of both files."""
    entries = manifest.get("checkpoints")
    whole = isinstance(entries, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("epoch"), int)
        and isinstance(entry.get("score"), int | float)
        and isinstance(entry.get("sha256"), dict)
        and {Path(name).suffix for name in entry["sha256"]} == {".safetensors", ".pt"}
        for entry in entries
    )
    if not whole:
        raise UnreadableFileError("model/manifest.json is damaged: its entries are not those of checkpoints")
    return list(entries or [])


def _kept(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    newest = sorted(entries, key=lambda entry: entry["epoch"])[-KEPT_NEWEST:]
    best = max(entries, key=lambda entry: entry["score"])
    return newest if best in newest else [best, *newest]
