"""What the live map is sent: from a run folder to JSON and bytes. Pure reading, no server in sight.

A binary payload is a little-endian uint32 length, a JSON header of that length (padded so that what follows starts at
a multiple of four), and the arrays that the header lists, one after the other.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.analysis.collapse import Collapse, find_collapse
from softsil.analysis.neighbors import nearest_to
from softsil.errors import UnreadableFileError
from softsil.projection.registry import METHODS
from softsil.runs.files import read_array
from softsil.runs.reader import RunReader
from softsil.runs.samples import Samples
from ui.stamps import Stamp, stamp

# What a browser decodes into memory at once: 256 MB as RGBA.
MAX_SHEET_PIXELS = 64_000_000
SHEET_COLUMNS = 64
NEIGHBORS = 8
_SETTING_WORDS = {"metric": "{} distance", "n_neighbors": "{} neighbors", "min_dist": "packed to {}"}
MOST_SPLITS = 10  # as many as there are colors


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A binary payload.

    Args:
        header: anything JSON can hold.
        arrays: by name; the header's ``arrays`` lists their names, types and shapes in order.
    """
    described = [{"name": name, "dtype": array.dtype.str[1:], "shape": array.shape} for name, array in arrays.items()]
    text = json.dumps({**header, "arrays": described}, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    parts = [len(text).to_bytes(4, "little"), text]
    for array in arrays.values():
        data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
        parts += [data, b"\0" * (-len(data) % 4)]
    return b"".join(parts)


def map_state(reader: RunReader) -> dict[str, Any]:
    """Where a run stands and which frames its maps have."""
    status = reader.status
    projections = {key: _projection(reader, key) for key in reader.projections()}
    snapshots = reader.embedding_epochs()
    return {
        "run_id": reader.run_id,
        "name": reader.name,
        "state": status.state,
        "active": status.state.is_active,
        "epoch": status.epoch,
        "epochs": status.epochs,
        # A resumed run may write an epoch anew: its frames then have a new address.
        "version": int(status.process_started or 0),
        "embeddings": len(snapshots),
        "newest": snapshots[-1] if snapshots else None,
        "samples": reader.paths.samples.exists(),
        "projections": {key: value for key, value in projections.items() if value["epochs"]},
        "problems": reader.problems,
    }


def _projection(reader: RunReader, key: str) -> dict[str, Any]:
    config = reader.projection_config(key)
    method = config.get("method", key.split("-")[0])
    return {
        "method": method,
        "dims": config.get("dims", 2),
        "special": special_settings(method, config),
        "epochs": reader.frame_epochs(key),
    }


def special_settings(method: str, config: Mapping[str, Any]) -> str:
    """In which settings, dimensions apart, a projection differs from its method's defaults: ``"30 neighbors"``."""
    if method not in METHODS:
        return ""
    usual = METHODS.get(method).settings().model_dump(mode="json")
    named = [name for name in usual if name != "dims" and name in config and config[name] != usual[name]]
    return ", ".join(_SETTING_WORDS.get(name, name.replace("_", " ") + " {}").format(config[name]) for name in named)


def samples_payload(samples: Samples) -> bytes:
    """Ids, class names and labels of the watched sample, and the layout of its contact sheet."""
    split_names, splits = _splits(samples)
    header = {
        "ids": samples.ids.tolist(),
        "class_names": samples.class_names,
        "sheet": sheet_layout(samples),
        "split_names": split_names,
    }
    return pack(header, {"labels": samples.labels.astype(np.uint16), "splits": splits.astype(np.uint8)})


def _splits(samples: Samples) -> tuple[list[str], NDArray[np.intp]]:
    names, codes = np.unique(samples.split, return_inverse=True)
    return names[:MOST_SPLITS].tolist(), np.minimum(codes, MOST_SPLITS)


def frame_payload(reader: RunReader, key: str, epoch: int) -> bytes:
    """Coordinates of one frame, float32 ``[n, 2 or 3]``, with its quality.

    Raises:
        UnreadableFileError: there is no such frame, or it is torn, or no map.
    """
    coordinates = frame_coordinates(reader, key, epoch)
    return pack({"epoch": epoch, "key": key, "quality": reader.frame_quality(key, epoch)}, {"coordinates": coordinates})


def frame_coordinates(reader: RunReader, key: str, epoch: int) -> NDArray[np.float32]:
    """Checked coordinates of one frame, float32 ``[n, 2 or 3]``; raises as :func:`frame_payload` does."""
    coordinates = read_array(reader.paths.frame(key, epoch))
    if coordinates.ndim != 2 or coordinates.shape[1] not in (2, 3) or not _finite(coordinates):
        raise UnreadableFileError(
            f"{reader.run_id}/projections/{key}/frame_{epoch:05d}.npy should be finite [n, 2] or [n, 3], "
            f"found {coordinates.dtype} {list(coordinates.shape)}"
        )
    return coordinates.astype(np.float32)


def _finite(array: NDArray[Any]) -> bool:
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())


def values_payload(reader: RunReader, epoch: int) -> bytes:
    """Silhouette and predicted class of every watched point at ``epoch``, where they are stored."""
    arrays: dict[str, NDArray[Any]] = {}
    silhouettes, predictions = reader.silhouettes(epoch), reader.predictions(epoch)
    if silhouettes is not None:
        arrays["silhouettes"] = silhouettes
    if predictions is not None:
        arrays["predictions"] = predictions.astype(np.int32)
    return pack(values_header(reader, epoch), arrays)


def values_header(reader: RunReader, epoch: int) -> dict[str, Any]:
    """What is said of a whole epoch: how it has collapsed, if it has."""
    path = reader.paths.embeddings(epoch)
    classes = _class_count(reader.paths.root, reader.run_id, stamp(reader.paths.samples))
    collapse = _collapse(path, stamp(path), classes)
    return {"epoch": epoch, "collapse": collapse and collapse._asdict()}


@lru_cache(maxsize=4096)
def _class_count(root: Path, run_id: str, written: Stamp) -> int:
    del written  # only part of the key
    samples = RunReader(run_id, root).samples
    return len(samples.class_names) if samples else 0


@lru_cache(maxsize=4096)
def _collapse(path: Path, written: Stamp, classes: int) -> Collapse | None:
    del written  # only part of the key
    try:
        # Mapped, so that only the rows looked at are read: the map waits for this answer.
        embeddings = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if embeddings.ndim != 2 or embeddings.dtype.kind != "f":
        return None
    return find_collapse(embeddings, classes)


def neighbors_json(reader: RunReader, epoch: int, row: int) -> dict[str, Any]:
    """The nearest watched points to that of ``row`` in the embedding space at ``epoch``, by cosine distance.

    Raises:
        UnreadableFileError: no embeddings of that epoch, or no such row.
    """
    embeddings = reader.embeddings(epoch)
    if not 0 <= row < len(embeddings):
        raise UnreadableFileError(f"{reader.run_id} watches {len(embeddings)} points; there is no row {row}")
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    unit = (embeddings / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    near = [int(other) for other in nearest_to(unit[row], unit, NEIGHBORS + 1) if other != row][:NEIGHBORS]
    distances = 1.0 - unit[near] @ unit[row]
    return {"epoch": epoch, "row": row, "rows": near, "distances": [round(float(d), 5) for d in distances]}


def sheet_layout(samples: Samples) -> dict[str, int] | None:
    """Size of one thumbnail and number of columns of the contact sheet; None without thumbnails or with too many."""
    if samples.thumbnails is None:
        return None
    height, width = samples.thumbnails.shape[1:3]
    if len(samples) * height * width > MAX_SHEET_PIXELS:
        return None
    return {"width": width, "height": height, "columns": min(SHEET_COLUMNS, len(samples))}


def sheet_png(samples: Samples) -> bytes | None:
    """All thumbnails on one PNG, row by row; None without thumbnails."""
    layout = sheet_layout(samples)
    if layout is None or samples.thumbnails is None:
        return None
    from PIL import Image

    columns, pictures = layout["columns"], samples.thumbnails
    rows = math.ceil(len(pictures) / columns)
    sheet = np.zeros((rows * columns, *pictures.shape[1:]), dtype=np.uint8)
    sheet[: len(pictures)] = pictures
    grid = sheet.reshape(rows, columns, *pictures.shape[1:]).swapaxes(1, 2)
    image = grid.reshape(rows * layout["height"], columns * layout["width"], *pictures.shape[3:])
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()
