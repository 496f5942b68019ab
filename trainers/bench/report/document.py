"""What a report is made of; plain values that JSON holds, so that the app shows it without computing anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["supported", "contradicted", "inconclusive", "not tested"]


@dataclass(frozen=True)
class Table:
    """Cells of text.

    Attributes:
        title: what it shows.
        columns: heads, the first one that of the row names.
        rows: one list of cells each.
        best: (row, column) of the cells to set in bold.
        note: one or two sentences below it.
        words: whether the cells are words rather than numbers, and so begin at the left.
    """

    title: str
    columns: list[str]
    rows: list[list[str]]
    best: list[list[int]] = field(default_factory=list)
    note: str = ""
    words: bool = False


@dataclass(frozen=True)
class Figure:
    """A drawing.

    Attributes:
        name: file name without its ending.
        title: what it shows.
        reading: how to read it, one sentence.
        svg: the drawing.
    """

    name: str
    title: str
    reading: str
    svg: str


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    title: str
    text: str
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What the numbers say about one claim of the paper."""

    claim: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True)
class Report:
    """The whole document.

    Attributes:
        title: its head.
        facts: what was done, one phrase each.
        verdicts: on the paper's claims.
        sections: the parts, most important first.
    """

    title: str
    facts: list[str]
    verdicts: list[Verdict]
    sections: list[Section]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"schema": 1, **asdict(self)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Report:
        """The report that :meth:`as_json` gave.

        Raises:
            KeyError: a part is missing.
            TypeError: a part is not what it should be.
        """
        sections = [
            Section(
                part["title"],
                part["text"],
                [Table(**table) for table in part["tables"]],
                [Figure(**figure) for figure in part["figures"]],
            )
            for part in value["sections"]
        ]
        return cls(value["title"], list(value["facts"]), [Verdict(**one) for one in value["verdicts"]], sections)
