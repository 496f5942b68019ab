"""Files that people hand over in the browser: kept under the hash of their content, so that a run can be repeated."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from softsil.runs.paths import service_folder
from trainers.errors import DataError

MOST_BYTES = 200 * 2**20
MOST_UNPACKED_BYTES = 2**30
MOST_FILES = 50_000
_BLOCK = 2**20
_CLASS_NAME = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,99}")


@dataclass(frozen=True)
class Upload:
    """How a data set of one's own can be handed over in the browser.

    Attributes:
        words: what to hand over.
        endings: of the files that are taken.
        keep: stores ``(name, content, runs folder)`` and gives the path for the data set's ``path``.
    """

    words: str
    endings: tuple[str, ...]
    keep: Callable[[str, IO[bytes], Path], Path]


def keep_file(name: str, content: IO[bytes], root: Path) -> Path:
    """Store an uploaded file; the same content is stored once.

    Args:
        name: as it was called where it came from; only its plain characters are used.
        content: its bytes.
        root: the runs folder.

    Raises:
        DataError: it is empty or larger than 200 MB.
    """
    with _received(name, content, root) as (temporary, digest):
        place = _uploads(root) / f"{digest}-{_plain(name)}"
        os.replace(temporary, place)
    return place


def keep_pictures(name: str, content: IO[bytes], root: Path) -> Path:
    """Unpack an uploaded zip of pictures into a folder with one folder for each class; the same zip once.

    The class of a picture is the folder that it lies in, however deep that is.

    Args:
        name: as it was called where it came from.
        content: its bytes.
        root: the runs folder.

    Raises:
        DataError: no zip, too large, too many files, or no pictures in folders.
    """
    with _received(name, content, root) as (temporary, digest):
        place = _uploads(root) / f"{digest}-{_plain(name).removesuffix('.zip')}"
        if place.is_dir():
            return place
        unpacked = temporary.with_suffix(".folder")
        try:
            _unpack(temporary, unpacked, name)
            os.replace(unpacked, place)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise DataError(f"{name} cannot be read as a zip: {error}") from error
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    return place


def _unpack(source: Path, folder: Path, name: str) -> None:
    with zipfile.ZipFile(source) as archive:
        pictures = [(member, found) for member in archive.infolist() if (found := _class_and_file(member)) is not None]
        if not pictures:
            raise DataError(f"{name} has no pictures that lie in folders, one folder for each class")
        if len(pictures) > MOST_FILES or sum(member.file_size for member, _ in pictures) > MOST_UNPACKED_BYTES:
            raise DataError(
                f"{name} unpacks to more than {MOST_UNPACKED_BYTES // 2**30} GiB or {MOST_FILES:,} pictures; put the "
                "folder on the computer that runs the app and give its path"
            )
        for number, (member, (class_name, file_name)) in enumerate(pictures):
            target = folder / class_name / f"{number:05d}-{file_name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as packed, target.open("wb") as file:
                _copy(packed, file, member.file_size, f"{name} is damaged: {member.filename} is larger than announced")


def _class_and_file(member: zipfile.ZipInfo) -> tuple[str, str] | None:
    from trainers.data.image_folder import ENDINGS

    parts = PurePosixPath(member.filename).parts
    if member.is_dir() or len(parts) < 2 or any(part.startswith((".", "__MACOSX")) for part in parts):
        return None
    if PurePosixPath(parts[-1]).suffix.lower() not in ENDINGS or not _CLASS_NAME.fullmatch(parts[-2]):
        return None
    return parts[-2], _plain(parts[-1])


@contextmanager
def _received(name: str, content: IO[bytes], root: Path) -> Iterator[tuple[Path, str]]:
    """The content in a temporary file beside its later place, and its hash."""
    digest = hashlib.sha256()
    handle, path = tempfile.mkstemp(dir=_uploads(root), prefix=".incoming-")
    temporary = Path(path)
    try:
        with os.fdopen(handle, "wb") as file:
            size = _copy(content, file, MOST_BYTES, f"{name} is larger than {MOST_BYTES // 2**20} MB", digest.update)
        if size == 0:
            raise DataError(f"{name} is empty")
        yield temporary, digest.hexdigest()[:16]
    finally:
        temporary.unlink(missing_ok=True)


def _copy(
    source: IO[bytes], file: IO[bytes], most: int, complaint: str, also: Callable[[bytes], None] = lambda block: None
) -> int:
    size = 0
    while block := source.read(_BLOCK):
        size += len(block)
        if size > most:
            raise DataError(complaint)
        also(block)
        file.write(block)
    return size


def _uploads(root: Path) -> Path:
    folder = service_folder(root) / "uploads"
    folder.mkdir(exist_ok=True)
    return folder


def _plain(name: str) -> str:
    """A file name without anything that a file system or a shell could misunderstand."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")[-80:] or "file"
