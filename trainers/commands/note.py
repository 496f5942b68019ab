"""``note``: name, tags and note of runs, and putting them away."""

from __future__ import annotations

import argparse

from softsil.runs.notes import edit_notes
from trainers.commands.registry import COMMANDS, Command, chosen_runs, show_runs, takes_runs
from trainers.describe import describe


def _note(options: argparse.Namespace) -> int:
    readers = chosen_runs(options)
    for reader in readers:
        edit_notes(reader.paths, name=options.name, tags=options.tags, note=options.text, archived=options.archived)
    show_runs(options, [describe(reader) for reader in readers])
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument("--name", help="another name; an empty one brings the first name back")
    parser.add_argument("--tags", nargs="*", metavar="TAG", help="all tags from now on; none removes them")
    parser.add_argument("--text", help="the note")
    away = parser.add_mutually_exclusive_group()
    away.add_argument("--archive", dest="archived", action="store_true", default=None, help="leave it out of lists")
    away.add_argument("--unarchive", dest="archived", action="store_false", help="list it again")


COMMANDS.register(Command("note", "name, tag and annotate runs, or archive them", _note, _options))
