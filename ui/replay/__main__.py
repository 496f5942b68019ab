"""``python -m ui.replay RUN [RUN …] --to FILE``: the training as HTML, GIF or SVG, told by the name of the file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from softsil.errors import SoftsilError
from softsil.runs.files import write_bytes
from softsil.runs.paths import runs_root
from ui.replay.errors import ReplayError
from ui.replay.formats import FORMATS, Format
from ui.replay.look import COLORINGS, Look

EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one file; 0 done, 2 it cannot be made as asked."""
    options = _parser().parse_args(arguments)
    try:
        export = _format(options.to).make(options.runs, options.root, Look(options.epoch, options.map, options.color))
        write_bytes(options.to, export.body)
    except (SoftsilError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_USAGE
    for note in export.notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{options.to}: {len(export.body) / 1e6:.1f} MB")
    return 0


def _format(target: Path) -> Format:
    found = FORMATS.get(target.suffix.lower())
    if found is None:
        raise ReplayError(f"{target.name} must end in {', '.join(FORMATS)}: the ending says what is made")
    if not target.resolve().parent.is_dir():
        raise ReplayError(f"there is no folder {os.fspath(target.parent)} to write {target.name} to")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ui.replay", description="Export the maps of runs.")
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run id; the maps appear in this order")
    endings = "; ".join(f"{suffix}: {one.summary}" for suffix, one in FORMATS.items())
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help=endings)
    parser.add_argument("--epoch", type=int, help="the epoch of a figure; the newest if not given")
    parser.add_argument("--map", help="a method such as pca, or the key of a projection; the usual one if not given")
    parser.add_argument("--color", choices=COLORINGS, default="class", help="what a figure or a replay is colored by")
    parser.add_argument("--root", type=runs_root, default=runs_root(), help="the runs folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
