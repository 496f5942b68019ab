"""``queue``, ``pause``, ``continue`` and ``priority``: what waits, and in which order it starts."""

from __future__ import annotations

import argparse
import json

from softsil.runs.reader import RunReader
from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, chosen_runs, show_runs, takes_runs
from trainers.describe import describe, one_line
from trainers.errors import LaunchError
from trainers.launchers.queue import (
    DEFAULT_PRIORITY,
    FIRST_PRIORITY,
    LAST_PRIORITY,
    is_paused,
    pause,
    queued,
    set_priority,
    unpause,
)


def _show(options: argparse.Namespace) -> int:
    rows = [describe(RunReader(run_id, options.root)) for run_id in queued(options.root)]
    paused = is_paused(options.root)
    if options.json:
        print(json.dumps({"paused": paused, "waiting": rows}, indent=1))
        return 0
    state = "paused: nothing starts until python -m trainers continue" if paused else "not paused"
    print("\n".join([f"the queue is {state}; {len(rows)} waiting", *map(one_line, rows)]), flush=True)
    return 0


def _pause(options: argparse.Namespace) -> int:
    pause(options.root)
    return _show(options)


def _continue(options: argparse.Namespace) -> int:
    unpause(options.root)
    launchers.ensure_services(options.root)
    return _show(options)


def _priority(options: argparse.Namespace) -> int:
    readers = chosen_runs(options)
    for reader in readers:
        if not set_priority(options.root, reader.run_id, options.to):
            raise LaunchError(f"{reader.name} does not wait; only a waiting run has a priority")
    show_runs(options, [describe(reader) for reader in readers])
    return 0


def _level(text: str) -> int:
    if text.isdecimal() and FIRST_PRIORITY <= int(text) <= LAST_PRIORITY:
        return int(text)
    raise argparse.ArgumentTypeError(f"a priority is a number from {FIRST_PRIORITY} (first) to {LAST_PRIORITY} (last)")


def takes_priority(parser: argparse.ArgumentParser) -> None:
    """Declare ``--priority`` for commands that queue runs."""
    parser.add_argument(
        "--priority", type=_level, default=DEFAULT_PRIORITY, help="place in the queue: 0 (first) to 9 (last); default 5"
    )


def _priority_options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument("--to", type=_level, required=True, help="0 (first) to 9 (last); 5 is usual")


COMMANDS.register(Command("queue", "what waits, next one first", _show))
COMMANDS.register(Command("pause", "start no waiting run from now on; what trains goes on", _pause))
COMMANDS.register(Command("continue", "let waiting runs start again", _continue))
COMMANDS.register(Command("priority", "change the priority of waiting runs", _priority, _priority_options))
