"""A package that ships the files of a data set, pinned to one version and one SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Carrier = Literal["pypi", "npm", "debian"]


@dataclass(frozen=True)
class Package:
    """One package.

    Attributes:
        carrier: which kind of package index has it.
        name: of the package.
        version: the one that was tried.
        sha256: of the file that the index hands out.
        size: of that file, in bytes.
        members: name of a file in the package to its name in the data folder; a name that ends in ``/`` stands for
            all files below it.
        unpacked: bytes of all members together, unpacked, at most.
    """

    carrier: Carrier
    name: str
    version: str
    sha256: str
    size: int
    members: Mapping[str, str]
    unpacked: int

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        kind = {"pypi": "PyPI package", "npm": "npm package", "debian": "Debian package"}[self.carrier]
        return f"{kind} {self.name} {self.version}"

    @property
    def checksum(self) -> str:
        """What its file must hash to, in words."""
        return f"SHA-256 {self.sha256}"

    def lies_in(self, folder: Path) -> bool:
        """Whether its files are in the data folder."""
        return all((folder.expanduser() / target).exists() for target in self.members.values())

    def missing(self, folder: Path, data_set: str) -> str:
        """The sentence for files that are not there."""
        return (
            f"{data_set} is not in {folder.expanduser().absolute()}; fetch it with: python -m trainers fetch {data_set}"
        )
