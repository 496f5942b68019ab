"""``bench``: train the losses against each other on several data sets, and report."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from typing import Any

from trainers.bench.carry_out import Bench, check
from trainers.bench.estimate import Work, work
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.registry import PRESETS
from trainers.commands.registry import COMMANDS, Command
from trainers.errors import LaunchError

MOST_SEEDS = 100


def _bench(options: argparse.Namespace) -> int:
    if options.seeds is not None and not 1 <= options.seeds <= MOST_SEEDS:
        raise LaunchError(f"--seeds must be from 1 to {MOST_SEEDS}, got {options.seeds}")
    preset = PRESETS.get(options.preset).narrowed(options.data, options.losses, options.seeds)
    if options.estimate:
        return _say_estimate(options, work(preset))
    check(preset)
    folder = BenchmarkFolder(options.name or preset.name, options.root)
    command = shlex.join(["python", "-m", "trainers", *sys.argv[1:]])
    say = _say_json if options.json else _say
    runs = Bench(folder, preset, command, say, retry_failed=options.retry_failed).carry_out()
    from trainers.commands.report import write_report

    written = write_report(folder, options.to)
    print(json.dumps({"runs": len(runs), "report": str(written)}) if options.json else f"report: {written}")
    return 0


def _say_estimate(options: argparse.Namespace, found: Work) -> int:
    hours = found.hours(options.estimate)
    if options.json:
        print(json.dumps({"runs": found.runs, "samples": found.samples, "hours": round(hours, 2)}))
    else:
        print(f"{found.runs} runs, {found.samples:,} training samples (views counted): {hours:.1f} hours on one device")
    return 0


def _say(progress: dict[str, Any]) -> None:
    left = progress["seconds_left"]
    words = "" if left is None else f", about {left / 60:.0f} min left" if left >= 90 else f", about {left} s left"
    failed = f", {progress['failed']} failed" if progress["failed"] else ""
    print(f"{progress['stage']}: {progress['done']} of {progress['total']} runs done{failed}{words}", flush=True)


def _say_json(progress: dict[str, Any]) -> None:
    print(json.dumps(progress), flush=True)


def _options(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument("--preset", choices=PRESETS.names(), default="laptop", help="what to train")
    parser.add_argument("--name", help="the benchmark's folder below benchmarks; default the preset's name")
    parser.add_argument("--seeds", type=int, help="runs of every loss on every data set")
    parser.add_argument("--data", nargs="+", metavar="NAME", help="other data sets than the preset's")
    parser.add_argument("--losses", nargs="+", metavar="RECIPE", help="other losses than the preset's")
    parser.add_argument("--retry-failed", action="store_true", help="train failed runs anew")
    parser.add_argument(
        "--estimate",
        type=float,
        metavar="SAMPLES_PER_SECOND",
        help="train nothing; only count the work, and the hours at this training speed of one device",
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="also write the report here, with its figures")


COMMANDS.register(
    Command("bench", "compare losses on several data sets; again: only what is missing", _bench, _options)
)
