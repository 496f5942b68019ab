"""``import``: runs from a zip that ``export`` wrote, or scalars from TensorBoard event files."""

from __future__ import annotations

import argparse
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.commands.registry import COMMANDS, Command, show_runs
from trainers.describe import describe
from trainers.imports.tensorboard import import_tensorboard
from trainers.imports.zip_file import import_zip


def _import(options: argparse.Namespace) -> int:
    run_ids: list[str] = []
    for source in options.sources:
        load = import_tensorboard if source.is_dir() else import_zip
        run_ids += load(source, options.root)
    show_runs(options, [describe(RunReader(run_id, options.root)) for run_id in run_ids])
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="SOURCE",
        help="a zip of runs, or a folder with TensorBoard event files",
    )


COMMANDS.register(Command("import", "add runs from a zip file or a TensorBoard folder", _import, _options))
