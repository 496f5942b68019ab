"""``tensorboard``: the runs in TensorBoard, kept up to date while they train."""

from __future__ import annotations

import argparse
import subprocess
import sys

from softsil.runs.reader import RunReader, list_runs
from trainers.commands.registry import COMMANDS, Command, chosen_runs
from trainers.exports.mirror import Mirror

DEFAULT_PORT = 6006
SECONDS = 5


def _tensorboard(options: argparse.Namespace) -> int:
    mirror = Mirror(options.root / ".softsil" / "tensorboard")
    mirror.update(_runs(options))
    if options.once:
        print(mirror.folder)
        return 0
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(mirror.folder), "--host", "127.0.0.1"]
    server = subprocess.Popen([*command, "--port", str(options.port), "--reload_interval", str(SECONDS)])
    try:
        return _follow(server, mirror, options)
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def _follow(server: subprocess.Popen[bytes], mirror: Mirror, options: argparse.Namespace) -> int:
    while True:
        try:
            return server.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            mirror.update(_runs(options))


def _runs(options: argparse.Namespace) -> list[RunReader]:
    return chosen_runs(options) if options.runs else list_runs(options.root)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="a run id, a part of one, or last; default: all runs")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}")
    parser.add_argument("--once", action="store_true", help="only write the event files, and print their folder")


COMMANDS.register(Command("tensorboard", "open runs in TensorBoard", _tensorboard, _options))
