"""Runs that differ only in their seed, taken together: what is compared is a loss, not one lucky start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ui.run_table import RunRow, in_order

_SEED_SUFFIX = re.compile(r"\s*\(seed \d+\)$")


@dataclass(frozen=True)
class SeedGroup:
    """The runs of one experiment with one loss.

    Attributes:
        rows: its runs, by seed.
    """

    rows: tuple[RunRow, ...]

    @property
    def run_ids(self) -> tuple[str, ...]:
        """Its runs, by seed."""
        return tuple(row.run_id for row in self.rows)

    @property
    def name(self) -> str:
        """What people call it: the name of its only run, or what the names of its runs have in common."""
        first = self.rows[0]
        if len(self.rows) == 1:
            return first.name
        names = {_SEED_SUFFIX.sub("", row.name) for row in self.rows}
        return names.pop() if len(names) == 1 else first.loss

    @property
    def described(self) -> str:
        """The name and what tells it from others, for a list to choose from."""
        first = self.rows[0]
        seeds = f"{len(self.rows)} seeds" if len(self.rows) > 1 else None
        when = f"{first.created:%d %b %H:%M}" if first.created else None
        return " · ".join(filter(None, [self.name, seeds, first.data, when]))


def seed_groups(rows: Sequence[RunRow]) -> list[SeedGroup]:
    """All runs in groups, the newest experiment first; a run without a seed is a group of its own."""
    together: dict[tuple[str, ...], list[RunRow]] = {}
    for row in rows:
        together.setdefault(_key(row), []).append(row)
    experiments: dict[str, list[SeedGroup]] = {}
    for members in together.values():
        group = SeedGroup(tuple(in_order(members)))
        experiments.setdefault(members[0].experiment, []).append(group)
    return [group for groups in experiments.values() for group in _shorter_first(groups)]


def choices(rows: Sequence[RunRow]) -> list[SeedGroup]:
    """What can be compared: every group, and after them every single run of those with several seeds."""
    groups = seed_groups(rows)
    return groups + [SeedGroup((row,)) for group in groups if len(group.rows) > 1 for row in group.rows]


def groups_of(run_ids: Sequence[str], rows: Sequence[RunRow]) -> list[SeedGroup]:
    """The named runs that exist, in groups, in the order in which each group is first named."""
    known = {row.run_id: row for row in rows}
    named = [known[run_id] for run_id in dict.fromkeys(run_ids) if run_id in known]
    together: dict[tuple[str, ...], list[RunRow]] = {}
    for row in named:
        together.setdefault(_key(row), []).append(row)
    return [SeedGroup(tuple(in_order(members))) for members in together.values()]


def _key(row: RunRow) -> tuple[str, ...]:
    return (row.run_id,) if row.seed is None else (row.experiment, row.data, row.loss)


def _shorter_first(groups: Sequence[SeedGroup]) -> list[SeedGroup]:
    first = {group.rows[0].run_id: group for group in groups}
    return [first[row.run_id] for row in in_order([group.rows[0] for group in groups])]
