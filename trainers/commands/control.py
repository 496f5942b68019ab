"""``stop`` and ``resume``: end runs and go on with them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, chosen_runs, show_runs, takes_runs
from trainers.describe import describe


def _for_each(act: Callable[[str, Path], object]) -> Callable[[argparse.Namespace], int]:
    def carry_out(options: argparse.Namespace) -> int:
        readers = chosen_runs(options)
        for reader in readers:
            act(reader.run_id, options.root)
        show_runs(options, [describe(reader) for reader in readers])
        return 0

    return carry_out


for _name, _carry_out, _does in (
    ("stop", _for_each(launchers.stop), "ask runs to stop; a second time, kill them"),
    ("resume", _for_each(launchers.resume), "continue runs from their last checkpoint"),
):
    COMMANDS.register(Command(_name, _does, _carry_out, takes_runs))
