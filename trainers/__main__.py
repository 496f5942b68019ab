"""The command line: ``python -m trainers COMMAND``; everything a page can do, ``--json`` for scripts."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from softsil.errors import SoftsilError
from softsil.runs.paths import runs_root
from trainers.commands.registry import COMMANDS

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
        print("interrupted; runs already started go on (end them with: python -m trainers stop RUN)", file=sys.stderr)
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainers", description="Launch and watch training runs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.does, description=command.does)
        added.add_argument("--json", action="store_true", help="print JSON for scripts")
        added.add_argument("--root", type=runs_root, default=runs_root(), help="the runs folder")
        command.add_options(added)
        added.set_defaults(carry_out=command.carry_out)
    return parser


if __name__ == "__main__":
    sys.exit(main())
