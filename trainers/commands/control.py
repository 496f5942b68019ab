"""``stop``, ``resume`` and ``delete``: act on runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, chosen_runs, say, show_runs, takes_runs
from trainers.describe import describe


def _for_each(act: Callable[[str, Path], object]) -> Callable[[argparse.Namespace], int]:
    def carry_out(options: argparse.Namespace) -> int:
        readers = chosen_runs(options)
        for reader in readers:
            act(reader.run_id, options.root)
        show_runs(options, [describe(reader) for reader in readers])
        return 0

    return carry_out


def _delete(options: argparse.Namespace) -> int:
    moved = [launchers.delete(reader.run_id, options.root) for reader in chosen_runs(options)]
    say(options, [{"run_id": path.name, "moved_to": str(path)} for path in moved], lambda row: str(row["moved_to"]))
    return 0


for _name, _carry_out, _does in (
    ("stop", _for_each(launchers.stop), "ask runs to stop; a second time, kill them"),
    ("resume", _for_each(launchers.resume), "continue runs from their last checkpoint"),
    ("delete", _delete, "move ended runs to the trash folder"),
):
    COMMANDS.register(Command(_name, _does, _carry_out, takes_runs))
