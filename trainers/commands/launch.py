"""``launch`` and ``run``: queue the runs of an experiment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from softsil.runs.reader import RunReader
from trainers import launchers
from trainers.commands.follow import watch
from trainers.commands.queue import takes_priority
from trainers.commands.registry import COMMANDS, Command, a_value, show_runs, takes_launcher
from trainers.config import ExperimentConfig, read_experiment
from trainers.describe import describe
from trainers.errors import LaunchError


def read_file(path: Path) -> ExperimentConfig:
    """The experiment in a YAML or JSON file.

    Raises:
        LaunchError: it cannot be read, or does not describe an experiment.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LaunchError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise LaunchError(f"{path} should hold settings such as 'losses: [ce, ce+sil]', found {type(content).__name__}")
    return read_experiment({"name": path.stem, **content})


def _launch(options: argparse.Namespace) -> int:
    fields = {"name", *ExperimentConfig.model_fields}
    given = {name: value for name, value in vars(options).items() if name in fields and value is not None}
    given["grid"] = dict(options.grid)
    show_runs(options, [describe(reader) for reader in _start(options, read_experiment(given))])
    return 0


def _run(options: argparse.Namespace) -> int:
    readers = _start(options, read_file(options.file))
    if options.detach:
        show_runs(options, [describe(reader) for reader in readers])
        return 0
    return watch(options, readers)


def _start(options: argparse.Namespace, experiment: ExperimentConfig) -> list[RunReader]:
    run_ids = launchers.launch(experiment, options.root, priority=options.priority, launcher=options.launcher)
    return [RunReader(run_id, options.root) for run_id in run_ids]


def _launch_options(parser: argparse.ArgumentParser) -> None:
    """One option for every field of the experiment, described by the field itself."""
    for name, field in ExperimentConfig.model_fields.items():
        if name == "grid":
            continue
        several = {"nargs": "+"} if name in ("losses", "seeds") else {}
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=str if name in ("name", "device") else a_value,
            help=(field.description or "").replace("%", "%%"),
            **several,  # type: ignore[arg-type]
        )
    parser.add_argument(
        "--grid",
        nargs="+",
        type=_varied,
        default=[],
        metavar="SETTING=VALUE,VALUE",
        help="settings to vary, such as sil.temperature=0.05,0.1 learning_rate=0.001,0.01; every combination is a run",
    )
    takes_priority(parser)
    takes_launcher(parser)


def _varied(text: str) -> tuple[str, list[Any]]:
    path, _, values = text.partition("=")
    if not path or not values:
        raise argparse.ArgumentTypeError(f"{text!r} should look like sil.temperature=0.05,0.1")
    return path, list(a_value(f"[{values}]"))


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--detach", action="store_true", help="do not follow")
    takes_priority(parser)
    takes_launcher(parser)


COMMANDS.register(Command("launch", "queue runs described by options", _launch, _launch_options))
COMMANDS.register(Command("run", "queue the runs of a YAML or JSON file and follow them", _run, _run_options))
