"""``project``: another map of runs, kept beside the ones they have."""

from __future__ import annotations

import argparse

from pydantic import ValidationError

from softsil.projection.registry import METHODS, parse_projection
from trainers import launchers
from trainers.commands.registry import COMMANDS, Command, a_value, chosen_runs, say, takes_runs
from trainers.entries import explain
from trainers.errors import LaunchError
from trainers.projection_requests import request_projection


def _project(options: argparse.Namespace) -> int:
    settings = dict(pair for pair in options.set or ())
    readers = chosen_runs(options)
    try:
        projection = parse_projection({"method": options.method, **settings})
        key = request_projection([reader.run_id for reader in readers], projection, options.root)
    except ValidationError as error:
        raise LaunchError("; ".join(explain(error).values())) from error
    except ValueError as error:
        raise LaunchError(str(error)) from error
    launchers.ensure_services(options.root)
    rows = [{"run_id": reader.run_id, "projection": key} for reader in readers]
    say(options, rows, lambda row: f"{row['run_id']}: projections/{row['projection']} is being computed")
    return 0


def _pair(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} should be SETTING=VALUE, for instance n_neighbors=30")
    return name, a_value(value)


def _options(parser: argparse.ArgumentParser) -> None:
    takes_runs(parser)
    parser.add_argument("--method", default="umap", help=f"one of {', '.join(METHODS.names())}; default umap")
    parser.add_argument(
        "--set", nargs="+", type=_pair, metavar="SETTING=VALUE", help="for instance n_neighbors=30 dims=3"
    )


COMMANDS.register(Command("project", "compute another map of runs, beside the ones they have", _project, _options))
