"""Which runs of a long list a person wants to see: plain data, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from softsil.runs.status import State
from ui.run_table import RunRow


@dataclass(frozen=True)
class RunFilter:
    """What must be true of a run to be listed; an empty part asks for nothing.

    Attributes:
        text: words that all occur in its name, id, data set, loss, tags or note; upper and lower case are the same.
        states: it is in one of these.
        data: it trains on one of these data sets.
        tags: it has all of these.
        archived: list what was put away too.
    """

    text: str = ""
    states: Sequence[State] = ()
    data: Sequence[str] = ()
    tags: Sequence[str] = ()
    archived: bool = False

    def keeps(self, row: RunRow) -> bool:
        """Whether ``row`` is to be listed."""
        return (
            (self.archived or not row.notes.archived)
            and (not self.states or row.state in self.states)
            and (not self.data or row.data in self.data)
            and set(self.tags) <= set(row.notes.tags)
            and self._has_words(row)
        )

    def _has_words(self, row: RunRow) -> bool:
        parts = (row.name, row.run_id, row.data, row.loss, row.notes.note, *row.notes.tags)
        said = "\n".join(parts).casefold()
        return all(word in said for word in self.text.casefold().split())


def filtered(rows: Iterable[RunRow], chosen: RunFilter) -> list[RunRow]:
    """The rows that the filter keeps, in their order."""
    return [row for row in rows if chosen.keeps(row)]


def all_tags(rows: Iterable[RunRow]) -> list[str]:
    """Every tag in use, in alphabetical order."""
    return sorted({tag for row in rows for tag in row.notes.tags}, key=str.casefold)
