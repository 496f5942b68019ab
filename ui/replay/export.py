"""What comes out: the bytes of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """One exported file.

    Attributes:
        body: the file.
        notes: one sentence for everything that had to be left out.
    """

    body: bytes
    notes: tuple[str, ...] = ()
