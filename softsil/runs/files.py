"""Writing files so that a reader never sees half of one, and reading them with one clear sentence on failure."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsil.errors import UnreadableFileError

# Far above any watched sample; a zip bomb announces itself by its unpacked size.
MAX_UNPACKED_BYTES = 2**31


def write_bytes(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` in one step that survives a crash; makes the parent folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace ``path`` by ``value`` as JSON.

    Raises:
        ValueError: a number is NaN or infinite, which JSON cannot hold.
    """
    write_bytes(path, (json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode())


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Replace ``path`` by ``array`` in NumPy's own format."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getvalue())


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Replace ``path`` by an uncompressed ``.npz`` of ``arrays``."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_bytes(path, buffer.getvalue())


def append_json_line(path: Path, value: Mapping[str, Any]) -> None:
    """Append ``value`` as one line of JSON; NaN and infinity are not allowed."""
    line = json.dumps(value, allow_nan=False, ensure_ascii=False) + "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(line)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``.

    Raises:
        UnreadableFileError: missing, torn, or not an object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableFileError(f"{_short(path)} cannot be read: {_reason(error)}") from error
    if not isinstance(value, dict):
        raise UnreadableFileError(f"{_short(path)} should hold a JSON object, found {type(value).__name__}")
    return value


def read_json_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The objects in ``path`` in order, and the number of lines that could not be read; a missing file is empty."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    rows: list[dict[str, Any]] = []
    unreadable = 0
    for line in raw.splitlines():
        try:
            row = json.loads(line)
        except (UnicodeDecodeError, json.JSONDecodeError):
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            unreadable += 1
    return rows, unreadable


def read_array(path: Path) -> NDArray[Any]:
    """The array in ``path``.

    Raises:
        UnreadableFileError: missing, truncated, or not a plain array.
    """
    try:
        with path.open("rb") as file:
            array: NDArray[Any] = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UnreadableFileError(f"{_short(path)} cannot be read: {_reason(error)}") from error
    return array


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays in the ``.npz`` at ``path``.

    Raises:
        UnreadableFileError: missing, damaged, not plain arrays, or unreasonably large when unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise ValueError(f"it would unpack to {unpacked / 2**30:.1f} GiB, the limit is 2")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(f"{_short(path)} cannot be read: {_reason(error)}") from error


def _sync_folder(folder: Path) -> None:
    # Makes the rename itself durable; Windows cannot open a folder and needs no such call.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _short(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error) or type(error).__name__
