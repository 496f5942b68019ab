"""What a replay carries: every answer that the live map would ask the server for, small enough for one file.

An answer is stored under the server's own address, deflated and in base64; equal answers (the samples of two runs of
one experiment) are stored once. Coordinates and silhouettes are rounded to 1/65535 of their range in a frame, which is
below a pixel, so that a file holds about four times as many epochs.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError
from softsil.runs.reader import RunReader
from softsil.runs.samples import Samples
from ui.replay.errors import ReplayError
from ui.server import payloads

BASE64_GROWTH = 4 / 3
# The deflated header of one answer, generously.
HEADER_BYTES = 400


@dataclass
class Embedded:
    """The answers of a replay.

    Attributes:
        parts: deflated answers in base64.
        addresses: server address to index in ``parts``.
        notes: one sentence for everything that was left out.
    """

    parts: list[str] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _known: dict[bytes, int] = field(default_factory=dict)

    def add(self, address: str, body: bytes) -> None:
        """Store an answer under its address."""
        if body not in self._known:
            self._known[body] = len(self.parts)
            self.parts.append(base64.b64encode(zlib.compress(body, 9)).decode())
        self.addresses[address] = self._known[body]

    @property
    def size(self) -> int:
        """Bytes of all answers."""
        return sum(map(len, self.parts))


def embed(readers: Sequence[RunReader], limit: int) -> Embedded:
    """Everything that the map shows of the runs, in about ``limit`` bytes.

    Raises:
        ReplayError: a run has no map yet, or not even two epochs fit.
    """
    embedded = Embedded()
    samples = {reader.run_id: _samples(reader) for reader in readers}
    for reader in readers:
        _add_samples(embedded, reader, samples[reader.run_id], limit // 2)
    states = [payloads.map_state(reader) for reader in readers]
    kept = _kept_epochs(states, samples, limit - embedded.size)
    every = _epochs(states)
    if len(kept) < len(every):
        embedded.notes.append(
            f"{len(kept)} of {len(every)} epochs, evenly chosen: all would exceed {_megabytes(limit)}."
        )
    for reader, state in zip(readers, states, strict=True):
        _add_run(embedded, reader, state, kept)
    return embedded


def _samples(reader: RunReader) -> Samples:
    samples = reader.samples
    if samples is None or not payloads.map_state(reader)["projections"]:
        raise ReplayError(f"run {reader.run_id} has no map yet: wait for its first frame on Live")
    return samples


def _add_samples(embedded: Embedded, reader: RunReader, samples: Samples, limit: int) -> None:
    sheet = payloads.sheet_png(samples)
    if sheet is not None and len(sheet) * BASE64_GROWTH > limit:
        embedded.notes.append(f"No pictures of the samples: they would exceed {_megabytes(limit)}.")
        samples, sheet = Samples(samples.ids, samples.labels, samples.class_names, samples.split), None
    base = _base(reader)
    embedded.add(f"{base}/samples", payloads.samples_payload(samples))
    if sheet is not None:
        embedded.add(f"{base}/thumbnails", sheet)


def _add_run(embedded: Embedded, reader: RunReader, state: dict[str, Any], kept: Sequence[int]) -> None:
    base, shown = _base(reader), set[int]()
    projections: dict[str, Any] = {}
    for key, projection in state["projections"].items():
        epochs = []
        for epoch, body in _frames(embedded, reader, key, sorted(set(kept) & set(projection["epochs"]))):
            embedded.add(f"{base}/frames/{key}/{epoch}", body)
            epochs.append(epoch)
        if epochs:
            projections[key] = {**projection, "epochs": epochs}
        shown.update(epochs)
    for epoch in sorted(shown):
        embedded.add(f"{base}/values/{epoch}", _values(reader, epoch))
    # Nothing comes any more, whatever the run itself does.
    still = {**state, "projections": projections, "active": False, "embeddings": 0, "newest": None, "problems": []}
    embedded.add(f"{base}/map", json.dumps(still).encode())


def _frames(embedded: Embedded, reader: RunReader, key: str, epochs: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    for epoch in epochs:
        try:
            points = payloads.frame_coordinates(reader, key, epoch)
        except UnreadableFileError as error:
            embedded.notes.append(f"Left out, because it cannot be read: {error}.")
            continue
        yield (
            epoch,
            _pack({"epoch": epoch, "key": key, "quality": reader.frame_quality(key, epoch)}, coordinates=points),
        )


def _values(reader: RunReader, epoch: int) -> bytes:
    arrays: dict[str, NDArray[Any]] = {}
    silhouettes, predictions = reader.silhouettes(epoch), reader.predictions(epoch)
    if silhouettes is not None:
        arrays["silhouettes"] = silhouettes
    if predictions is not None:
        # No class is 65535, the "none of them" of a payload with 16 bits.
        arrays["predictions"] = np.where(predictions < 0, 65535, predictions).astype(np.uint16)
    return _pack(payloads.values_header(reader, epoch), **arrays)


def _pack(header: Mapping[str, Any], **arrays: NDArray[Any]) -> bytes:
    """A payload of the server's format whose float arrays are uint16 steps from a lowest value."""
    scaled: dict[str, tuple[float, float]] = {}
    for name, array in arrays.items():
        if array.dtype.kind == "f":
            arrays[name], scaled[name] = _scaled(array)
    return payloads.pack({**header, "scaled": scaled}, arrays)


def _scaled(array: NDArray[Any]) -> tuple[NDArray[np.uint16], tuple[float, float]]:
    exact = array.astype(np.float64)
    low, high = (float(exact.min()), float(exact.max())) if exact.size else (0.0, 0.0)
    step = (high - low) / 65535 or 1.0
    return np.rint((exact - low) / step).astype(np.uint16), (low, step)


def _epochs(states: Sequence[dict[str, Any]]) -> list[int]:
    return sorted({epoch for state in states for one in state["projections"].values() for epoch in one["epochs"]})


def _kept_epochs(states: Sequence[dict[str, Any]], samples: Mapping[str, Samples], room: int) -> list[int]:
    """As many epochs as there is room for, evenly spread; the last one of every run is among them."""
    epochs = _epochs(states)
    cost = sum(_epoch_bytes(state, len(samples[state["run_id"]])) for state in states)
    count = int(room / cost)
    if count < 2 <= len(epochs):
        raise ReplayError("not even two epochs of the chosen runs fit into one file: choose fewer runs")
    if count >= len(epochs):
        return epochs
    last = {max(one["epochs"]) for state in states for one in state["projections"].values()}
    spread = np.linspace(0, len(epochs) - 1, max(2, count - len(last))).round().astype(int)
    return sorted(last | {epochs[index] for index in spread})


def _epoch_bytes(state: Mapping[str, Any], points: int) -> float:
    columns: int = sum(one["dims"] for one in state["projections"].values())
    headers = HEADER_BYTES * (len(state["projections"]) + 1)
    return BASE64_GROWTH * (2 * points * (columns + 2) + headers)


def _base(reader: RunReader) -> str:
    return f"/softsil/runs/{reader.run_id}"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.3g} MB"
