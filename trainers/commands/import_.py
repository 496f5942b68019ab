"""``import``: runs from a zip that ``export`` wrote, scalars from TensorBoard event files, or a table of embeddings."""

from __future__ import annotations

import argparse
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.commands.registry import COMMANDS, Command, show_runs
from trainers.describe import describe
from trainers.imports.embeddings import ARRAYS, TABLES, import_embeddings
from trainers.imports.tensorboard import import_tensorboard
from trainers.imports.zip_file import import_zip


def _import(options: argparse.Namespace) -> int:
    run_ids: list[str] = []
    for source in options.sources:
        if source.suffix.lower() in TABLES | ARRAYS:
            run_ids.append(import_embeddings(source, options.root, options.label, options.name))
        else:
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
        help="a zip of runs, a folder with TensorBoard event files, or a CSV, Parquet, NPZ or NPY file of embeddings",
    )
    parser.add_argument("--label", metavar="COLUMN", help="in a table of embeddings, the column with the class")
    parser.add_argument("--name", help="of the run that a file of embeddings becomes; default the file's name")


COMMANDS.register(
    Command("import", "add runs from a zip, a TensorBoard folder or a table of embeddings", _import, _options)
)
