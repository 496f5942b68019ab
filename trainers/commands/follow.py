"""``list``, ``status`` and ``follow``: where runs are."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State
from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, chosen_runs, show_runs, takes_runs
from trainers.describe import describe, one_line

POLL_SECONDS = 0.2
EXIT_FAILED = 1


def watch(options: argparse.Namespace, readers: list[RunReader]) -> int:
    """Print what changes until every run has ended; 0 if all ended done."""
    seen: dict[str, tuple[Any, ...]] = {}
    while True:
        rows = [describe(reader) for reader in readers]
        for row in rows:
            now = (row["state"], row["epoch"], row["test_accuracy"])
            if seen.get(row["run_id"]) != now:
                seen[row["run_id"]] = now
                print(json.dumps(row) if options.json else one_line(row), flush=True)
        if not any(State(row["state"]).is_active for row in rows):
            return 0 if all(row["state"] == State.DONE for row in rows) else EXIT_FAILED
        time.sleep(POLL_SECONDS)


def _list(options: argparse.Namespace) -> int:
    shown = [reader for reader in list_runs(options.root) if options.archived or not reader.notes.archived]
    show_runs(options, [describe(reader) for reader in shown])
    return 0


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--archived", action="store_true", help="those that were put away, too")


def _status(options: argparse.Namespace) -> int:
    show_runs(options, [describe(reader) for reader in chosen_runs(options)])
    return 0


def _follow(options: argparse.Namespace) -> int:
    launchers.ensure_services(options.root)
    return watch(options, chosen_runs(options))


COMMANDS.register(Command("list", "all runs, newest first", _list, _list_options))
COMMANDS.register(Command("status", "where runs are", _status, takes_runs))
COMMANDS.register(Command("follow", "print every epoch until the runs end", _follow, takes_runs))
