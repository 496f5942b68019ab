"""``delete``, ``trash`` and ``restore``: runs to the trash folder and back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from softsil.runs.reader import RunReader
from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, chosen_runs, say, show_runs, takes_runs
from trainers.describe import describe
from trainers.errors import LaunchError


def _delete(options: argparse.Namespace) -> int:
    readers = chosen_runs(options)
    _ask(options, "Move to the trash", readers)
    moved = [launchers.delete(reader.run_id, options.root) for reader in readers]
    say(options, [{"run_id": path.name, "moved_to": str(path)} for path in moved], lambda row: str(row["moved_to"]))
    return 0


def _trash(options: argparse.Namespace) -> int:
    readers = launchers.trash(options.root)
    if options.empty and readers:
        _ask(options, "Remove for good", readers)
        launchers.erase([reader.run_id for reader in readers], options.root)
        readers = []
    show_runs(options, [describe(reader) for reader in readers])
    return 0


def _restore(options: argparse.Namespace) -> int:
    deleted = launchers.trash(options.root)
    run_ids = [_find(text, deleted) for text in options.runs]
    for run_id in run_ids:
        launchers.restore(run_id, options.root)
    show_runs(options, [describe(RunReader(run_id, options.root)) for run_id in run_ids])
    return 0


def _find(text: str, deleted: Sequence[RunReader]) -> str:
    found = deleted[:1] if text == "last" else [reader for reader in deleted if text in reader.run_id]
    if len(found) != 1:
        many = f"{len(found)} deleted runs have" if found else "no deleted run has"
        raise LaunchError(f"{many} {text!r} in the id; list them with: python -m trainers trash")
    return found[0].run_id


def _ask(options: argparse.Namespace, what: str, readers: Sequence[RunReader]) -> None:
    """Ask a person at a terminal; a script has said what it wants.

    Raises:
        LaunchError: the answer was not yes.
    """
    if options.yes or options.json or not sys.stdin.isatty():
        return
    names = ", ".join(f"{reader.name} ({reader.run_id})" for reader in readers)
    if input(f"{what}: {names}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise LaunchError("nothing was deleted")


def _delete_options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _trash_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--empty", action="store_true", help="remove them for good")
    parser.add_argument("--yes", action="store_true", help="do not ask")


COMMANDS.register(Command("delete", "move ended runs to the trash folder", _delete, _delete_options))
COMMANDS.register(Command("trash", "the deleted runs, newest first", _trash, _trash_options))
COMMANDS.register(Command("restore", "bring deleted runs back", _restore, takes_runs))
