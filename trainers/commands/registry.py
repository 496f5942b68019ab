"""The table of commands, and what several of them share: choosing runs, printing rows."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softsil.registry import Registry
from softsil.runs.paths import is_run_id
from softsil.runs.reader import RunReader, list_runs
from trainers.describe import Row, one_line
from trainers.errors import LaunchError
from trainers.launchers.registry import LAUNCHER_VARIABLE, LAUNCHERS


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: what users type.
        does: what it does, in a phrase.
        carry_out: takes the parsed options (``root`` and ``json`` among them), returns the exit status.
        add_options: declares what it reads besides ``--root`` and ``--json``.
    """

    name: str
    does: str
    carry_out: Callable[[argparse.Namespace], int]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


COMMANDS: Registry[Command] = Registry("command", "trainers.commands")


def takes_runs(parser: argparse.ArgumentParser) -> None:
    """Declare one or more runs; :func:`chosen_runs` finds them."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run id, a part of one, or last")


def takes_launcher(parser: argparse.ArgumentParser) -> None:
    """Declare who trains the runs."""
    choices = LAUNCHERS.names()
    parser.add_argument("--launcher", choices=choices, help=f"who trains them; default ${LAUNCHER_VARIABLE}, or local")


def chosen_runs(options: argparse.Namespace) -> list[RunReader]:
    """The runs that the user named.

    Raises:
        LaunchError: a text names none, or several.
    """
    return [_find(text, options.root) for text in options.runs]


def _find(text: str, root: Path) -> RunReader:
    """The run with this id, or the only one whose id contains ``text``; ``last`` is the newest."""
    if is_run_id(text):
        return RunReader(text, root)
    readers = list_runs(root)
    found = readers[:1] if text == "last" else [reader for reader in readers if text in reader.run_id]
    if len(found) != 1:
        many = f"{len(found)} runs have {text!r} in their id" if found else f"no run has {text!r} in its id"
        raise LaunchError(f"{many}; list them with: python -m trainers list")
    return found[0]


def show_runs(options: argparse.Namespace, rows: list[Row]) -> None:
    """Print one line for each run, or JSON."""
    say(options, rows, one_line)


def say(options: argparse.Namespace, rows: list[Row], line: Callable[[Row], str]) -> None:
    """Print ``line(row)`` for each row, or the rows as JSON."""
    print(json.dumps(rows, indent=1) if options.json else "\n".join(map(line, rows)), flush=True)


def a_value(text: str) -> Any:
    """``digits``, ``30`` or ``{name: digits, split_seed: 1}``, as in a YAML file; for ``add_argument(type=…)``."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a value") from error
