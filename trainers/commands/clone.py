"""``clone``: a new run with the settings of another, some of them changed."""

from __future__ import annotations

import argparse
from typing import Any

from softsil.runs.reader import RunReader
from trainers import launchers
from trainers.cloning import cloned
from trainers.commands.queue import takes_priority
from trainers.commands.registry import COMMANDS, Command, a_value, chosen_runs, show_runs, takes_launcher, takes_runs
from trainers.config import read_run
from trainers.describe import describe


def _clone(options: argparse.Namespace) -> int:
    changes = dict(options.set)
    configs = [cloned(read_run(reader.paths), changes) for reader in chosen_runs(options)]
    run_ids = launchers.launch_runs(configs, options.root, priority=options.priority, launcher=options.launcher)
    show_runs(options, [describe(RunReader(run_id, options.root)) for run_id in run_ids])
    return 0


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} should look like epochs=50 or data.split_seed=1")
    return name, a_value(value)


def _options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument(
        "--set",
        type=_change,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a setting: epochs=50, loss=ce+sil, seed=1, data.split_seed=2; may be given several times",
    )
    takes_priority(parser)
    takes_launcher(parser)


COMMANDS.register(Command("clone", "queue runs with the settings of others", _clone, _options))
