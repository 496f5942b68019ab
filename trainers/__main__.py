"""The command line: ``python -m trainers COMMAND``; everything a page can do, ``--json`` for scripts."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from softsil.errors import SoftsilError
from softsil.runs.paths import is_run_id, runs_root
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import State
from trainers import launchers
from trainers.config import ExperimentConfig, read_experiment
from trainers.describe import Row, describe, one_line
from trainers.errors import LaunchError
from trainers.export import export_run

POLL_SECONDS = 0.2
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; 0 done, 1 a run did not end done, 2 the command makes no sense."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.carry_out(options))
    except BrokenPipeError:  # the reader of our output, for instance head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (SoftsilError, OSError) as error:
        print(json.dumps({"error": str(error)}) if options.json else f"error: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        print("no longer following; the runs go on (stop them with: python -m trainers stop RUN)", file=sys.stderr)
        return EXIT_INTERRUPTED


def _launch(options: argparse.Namespace) -> int:
    fields = {"name", *ExperimentConfig.model_fields}
    given = {name: value for name, value in vars(options).items() if name in fields and value is not None}
    _show(options, [describe(reader) for reader in _start(options, read_experiment(given))])
    return 0


def _run(options: argparse.Namespace) -> int:
    readers = _start(options, read_file(options.file))
    if options.detach:
        _show(options, [describe(reader) for reader in readers])
        return 0
    return _watch(options, readers)


def _list(options: argparse.Namespace) -> int:
    _show(options, [describe(reader) for reader in list_runs(options.root)])
    return 0


def _status(options: argparse.Namespace) -> int:
    _show(options, [describe(reader) for reader in _chosen(options)])
    return 0


def _follow(options: argparse.Namespace) -> int:
    launchers.ensure_services(options.root)
    return _watch(options, _chosen(options))


def _for_each(act: Callable[[str, Path], object]) -> Callable[[argparse.Namespace], int]:
    def carry_out(options: argparse.Namespace) -> int:
        readers = _chosen(options)
        for reader in readers:
            act(reader.run_id, options.root)
        _show(options, [describe(reader) for reader in readers])
        return 0

    return carry_out


def _delete(options: argparse.Namespace) -> int:
    moved = [launchers.delete(reader.run_id, options.root) for reader in _chosen(options)]
    _say(options, [{"run_id": path.name, "moved_to": str(path)} for path in moved], lambda row: str(row["moved_to"]))
    return 0


def _export(options: argparse.Namespace) -> int:
    readers = _chosen(options)
    if options.to and len(readers) > 1:
        raise LaunchError("--to names one file; export one run at a time with it")
    rows = []
    for reader in readers:
        target = export_run(reader, options.to or Path(f"{reader.run_id}.zip"), with_model=options.with_model)
        rows.append({"run_id": reader.run_id, "file": str(target)})
    _say(options, rows, lambda row: str(row["file"]))
    return 0


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


def _start(options: argparse.Namespace, experiment: ExperimentConfig) -> list[RunReader]:
    return [RunReader(run_id, options.root) for run_id in launchers.launch(experiment, options.root)]


def _chosen(options: argparse.Namespace) -> list[RunReader]:
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


def _watch(options: argparse.Namespace, readers: list[RunReader]) -> int:
    """Print what changes until every run has ended."""
    seen: dict[str, tuple[Any, ...]] = {}
    while True:
        rows = [describe(reader) for reader in readers]
        for row in rows:
            now = (row["state"], row["epoch"], row["test_accuracy"])
            if seen.get(row["run_id"]) != now:
                seen[row["run_id"]] = now
                print(json.dumps(row) if options.json else one_line(row), flush=True)
        if not any(State(row["state"]).is_active for row in rows):
            return 0 if all(row["state"] == State.DONE for row in rows) else EXIT_FAILED
        time.sleep(POLL_SECONDS)


def _show(options: argparse.Namespace, rows: list[Row]) -> None:
    _say(options, rows, one_line)


def _say(options: argparse.Namespace, rows: list[Row], line: Callable[[Row], str]) -> None:
    print(json.dumps(rows, indent=1) if options.json else "\n".join(map(line, rows)), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainers", description="Launch and watch training runs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, carry_out: Callable[[argparse.Namespace], int], does: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=does, description=does)
        added.add_argument("--json", action="store_true", help="print JSON for scripts")
        added.add_argument("--root", type=runs_root, default=runs_root(), help="the runs folder")
        added.set_defaults(carry_out=carry_out)
        return added

    _add_settings(command("launch", _launch, "queue runs described by options"))
    run = command("run", _run, "queue the runs of a YAML or JSON file and follow them")
    run.add_argument("file", type=Path)
    run.add_argument("--detach", action="store_true", help="do not follow")
    command("list", _list, "all runs, newest first")
    for name, carry_out, does in (
        ("status", _status, "where runs are"),
        ("follow", _follow, "print every epoch until the runs end"),
        ("stop", _for_each(launchers.stop), "ask runs to stop; a second time, kill them"),
        ("resume", _for_each(launchers.resume), "continue runs from their last checkpoint"),
        ("delete", _delete, "move ended runs to the trash folder"),
        ("export", _export, "write runs to zip files"),
    ):
        added = command(name, carry_out, does)
        added.add_argument("runs", nargs="+", metavar="RUN", help="a run id, a part of one, or last")
    added.add_argument("--to", type=Path, help="the zip file")
    added.add_argument("--with-model", action="store_true", help="include the checkpoints")
    return parser


def _add_settings(launch: argparse.ArgumentParser) -> None:
    """One option for every field of the experiment, described by the field itself."""
    for name, field in ExperimentConfig.model_fields.items():
        several = {"nargs": "+"} if name in ("losses", "seeds") else {}
        launch.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=str if name in ("name", "device") else _value,
            help=(field.description or "").replace("%", "%%"),
            **several,  # type: ignore[arg-type]
        )


def _value(text: str) -> Any:
    """``digits``, ``30`` or ``{name: digits, split_seed: 1}``, as in a YAML file."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a value") from error


if __name__ == "__main__":
    sys.exit(main())
