"""Features of frozen weights: computed once for a data set, kept on disk, so that only what comes after them trains."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray
from torch import nn

from trainers.config import RunConfig
from trainers.data.dataset import Dataset, Inputs, Split
from trainers.data.image_cache import CACHE_FOLDER
from trainers.data.progress import tell
from trainers.errors import DataError
from trainers.placement import PlacedInputs, batch_within_memory

_HASHED_AT_ONCE = 4096


def with_frozen_features(config: RunConfig, data: Dataset, device: torch.device) -> Dataset:
    """The data as the learning part of the network reads it: features ``[n, features]`` where the first part is frozen.

    They are kept in the data folder under a hash of the inputs and the weights: whatever has both reads them again.

    Raises:
        DataError: the weights cannot be had, or the features not stored.
    """
    spec, settings = config.encoder_entry
    part = spec.frozen_part(settings, data.input_shape)
    if part is None:
        return data
    folder = Path(str(config.data.get("folder", "data"))).expanduser() / CACHE_FOLDER
    identity = _identity(spec.name, part)
    part = part.to(device)

    def featured(split: Split) -> Split:
        place = folder / f"features-{spec.name}-{_key(identity, split.inputs)}.npy"
        return replace(split, inputs=_kept(place, part, split, device))

    return replace(data, train=featured(data.train), validation=featured(data.validation), test=featured(data.test))


def _kept(place: Path, part: nn.Module, split: Split, device: torch.device) -> NDArray[np.float32]:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{place}.lock"):
            if not place.exists():
                partial = place.with_suffix(".partial")
                with partial.open("wb") as file:
                    np.save(file, _computed(part, split, device), allow_pickle=False)
                os.replace(partial, place)
        features: NDArray[np.float32] = np.load(place, allow_pickle=False)
        return features
    except OSError as error:
        raise DataError(f"the features of frozen weights cannot be stored: {error}") from error


@torch.no_grad()
def _computed(part: nn.Module, split: Split, device: torch.device) -> NDArray[np.float32]:
    inputs = PlacedInputs(split.inputs, device)
    parts: list[NDArray[np.float32]] = []
    done = 0
    for batch in inputs.chunks(batch_within_memory(split.inputs.shape[1:])):
        parts.append(part(batch).float().cpu().numpy())
        done += len(batch)
        tell(f"computing features, once for all runs: {done:,} of {len(split):,}")
    return np.concatenate(parts)


def _identity(name: str, part: nn.Module) -> bytes:
    """A hash of the frozen part: its layers and weights."""
    digest = hashlib.sha256(f"{name}\n{part}".encode())
    for value in part.state_dict().values():
        digest.update(np.ascontiguousarray(value.numpy()).tobytes())
    return digest.digest()


def _key(identity: bytes, inputs: Inputs) -> str:
    digest = hashlib.sha256(identity + repr((inputs.shape, str(inputs.dtype))).encode())
    for start in range(0, len(inputs), _HASHED_AT_ONCE):
        piece: NDArray[Any] = np.ascontiguousarray(inputs[start : start + _HASHED_AT_ONCE])
        digest.update(piece.data)
    return digest.hexdigest()[:16]
