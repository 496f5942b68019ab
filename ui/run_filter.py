"""Which runs of a long list a person wants to see, and in which order: plain data, no Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from softsil.runs.status import State
from ui.run_table import RunRow


def _unknown_last(value: float | None) -> tuple[bool, float]:
    return (value is None, -(value or 0.0))


ORDERS: dict[str, Callable[[RunRow], Any]] = {
    "newest first": lambda row: 0,
    "best accuracy first": lambda row: _unknown_last(row.accuracy),
    "best silhouette first": lambda row: _unknown_last(row.silhouette),
    "by name": lambda row: row.name.casefold(),
    "by data and loss": lambda row: (row.data, row.loss, row.seed or 0),
}


@dataclass(frozen=True)
class RunFilter:
    """What must be true of a run to be listed; an empty part asks for nothing.

    Attributes:
        text: words that all occur in its name, id, data set, loss, tags or note; upper and lower case are the same.
        states: it is in one of these.
        data: it trains on one of these data sets.
        tags: it has all of these.
        archived: list what was put away too.
        order: a name in ``ORDERS``.
    """

    text: str = ""
    states: Sequence[State] = ()
    data: Sequence[str] = ()
    tags: Sequence[str] = ()
    archived: bool = False
    order: str = "newest first"

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
    """The rows that the filter keeps, in the order asked for; ``rows`` come newest first, as equal ones stay."""
    return sorted((row for row in rows if chosen.keeps(row)), key=ORDERS[chosen.order])


def all_tags(rows: Iterable[RunRow]) -> list[str]:
    """Every tag in use, in alphabetical order."""
    return sorted({tag for row in rows for tag in row.notes.tags}, key=str.casefold)
