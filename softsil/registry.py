"""A registry: names to entries, filled by importing every module of one package."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from softsil.errors import UnknownNameError


class Named(Protocol):
    """What a registry stores: anything that knows its own name."""

    @property
    def name(self) -> str:
        """The name users type, e.g. ``"digits"``."""
        ...


E = TypeVar("E", bound=Named)


class Registry(Generic[E]):
    """Entries of one kind, in order of registration.

    Args:
        kind: what the entries are, for error messages, e.g. ``"data set"``.
        package: package whose modules hold the entries; all are imported at the first look-up, so adding an
            entry is adding one file. ``None`` for a registry that is filled by hand.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Colour:
        ...     name: str
        >>> colours = Registry[Colour]("colour")
        >>> colours.register(Colour("red"))
        Colour(name='red')
        >>> colours.names()
        ['red']
    """

    def __init__(self, kind: str, package: str | None = None) -> None:
        self.kind = kind
        self._package = package
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> E:
        """Add ``entry`` and return it.

        Raises:
            ValueError: another entry already has this name.
        """
        if entry.name in self._entries:
            raise ValueError(f"the {self.kind} {entry.name!r} is registered twice")
        self._entries[entry.name] = entry
        return entry

    def get(self, name: str) -> E:
        """The entry called ``name``.

        Raises:
            UnknownNameError: there is none; the message lists the names and the nearest match.
        """
        self._discover()
        if name not in self._entries:
            raise UnknownNameError(self._unknown(name))
        return self._entries[name]

    def names(self) -> list[str]:
        """All names, in order of registration."""
        self._discover()
        return list(self._entries)

    def __iter__(self) -> Iterator[E]:
        self._discover()
        return iter(self._entries.values())

    def __contains__(self, name: object) -> bool:
        self._discover()
        return name in self._entries

    def _discover(self) -> None:
        package, self._package = self._package, None
        if package is None:
            return
        for module in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda m: m.name):
            importlib.import_module(f"{package}.{module.name}")

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._entries, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return f"unknown {self.kind} {name!r}.{hint} Known: {', '.join(sorted(self._entries))}."
