"""``export``: runs as zip files."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainers.commands.registry import COMMANDS, Command, chosen_runs, say, takes_runs
from trainers.errors import LaunchError
from trainers.export import export_run


def _export(options: argparse.Namespace) -> int:
    readers = chosen_runs(options)
    if options.to and len(readers) > 1:
        raise LaunchError("--to names one file; export one run at a time with it")
    rows = []
    for reader in readers:
        target = export_run(reader, options.to or Path(f"{reader.run_id}.zip"), with_model=options.with_model)
        rows.append({"run_id": reader.run_id, "file": str(target)})
    say(options, rows, lambda row: str(row["file"]))
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument("--to", type=Path, help="the zip file")
    parser.add_argument("--with-model", action="store_true", help="include the checkpoints")


COMMANDS.register(Command("export", "write runs to zip files", _export, _options))
