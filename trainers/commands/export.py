"""``export``: runs as files that other programs read."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainers.commands.registry import COMMANDS, Command, chosen_runs, say, takes_runs
from trainers.exports.registry import EXPORTS


def _export(options: argparse.Namespace) -> int:
    readers = chosen_runs(options)
    chosen = EXPORTS.get(options.format)
    target = options.to or chosen.default_target(readers)
    chosen.write(readers, target)
    rows = [{"run_id": reader.run_id, "file": str(target)} for reader in readers]
    say(options, rows, lambda row: f"{row['run_id']} → {row['file']}")
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    formats = "; ".join(f"{entry.name}: {entry.summary}" for entry in EXPORTS)
    parser.add_argument("--format", default="zip", help=f"default zip. {formats}")
    parser.add_argument("--to", type=Path, help="the file, or for formats that write a folder, the folder")


COMMANDS.register(Command("export", "write runs to a file that other programs read", _export, _options))
