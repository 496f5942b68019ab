"""``demo``: the finished training that Home offers, opened here or recorded anew."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from softsil.runs.reader import RunReader
from trainers.commands.registry import COMMANDS, Command, say, show_runs
from trainers.demo import DEMO, open_demo, record_demo
from trainers.describe import describe


def _demo(options: argparse.Namespace) -> int:
    if not options.record:
        show_runs(options, [describe(RunReader(run_id, options.root)) for run_id in open_demo(options.root)])
        return 0
    # Its services end when it is gone, but may write a last file while it goes.
    with tempfile.TemporaryDirectory(prefix="softsil-demo-", ignore_cleanup_errors=True) as folder:
        record_demo(Path(folder), options.to)
    shutil.rmtree(folder, ignore_errors=True)
    say(
        options,
        [{"file": str(options.to), "bytes": options.to.stat().st_size}],
        lambda row: f"{row['file']}: {row['bytes']:,} bytes",
    )
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--record", action="store_true", help="train it anew and write the file that Home offers")
    parser.add_argument("--to", type=Path, default=DEMO, help="the file to write")


COMMANDS.register(Command("demo", "put the finished demo among the runs", _demo, _options))
