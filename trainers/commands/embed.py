"""``embed``: where a picture of one's own lands among the watched samples of a run."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainers.commands.registry import COMMANDS, Command, chosen_runs, say
from trainers.describe import Row


def _embed(options: argparse.Namespace) -> int:
    from trainers.landing import land  # imports torch

    (reader,) = chosen_runs(options)
    say(options, [land(reader, options.image, options.epoch).as_dict()], _words)
    return 0


def _words(row: Row) -> str:
    near = ", ".join(f"{one['label']} ({one['sample']}, {one['distance']:.3f})" for one in row["neighbors"])
    return "\n".join(
        [
            f"{row['run_id']} at epoch {row['epoch']}",
            f"says {row['prediction']} ({row['probability']:.1%}); nearest class mean: {row['nearest_class']}",
            f"nearest samples: {near}",
            *(f"{key}: {', '.join(f'{value:.3f}' for value in place)}" for key, place in row["places"].items()),
            *row["notes"],
        ]
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs=1, metavar="RUN", help="a run id, a part of one, or last")
    parser.add_argument("--image", type=Path, required=True, help="a picture: PNG, JPEG, …")
    parser.add_argument("--epoch", type=int, help="use the kept checkpoint nearest to this epoch; default: the newest")


COMMANDS.register(Command("embed", "where a picture lands among the samples of a run", _embed, _options))
