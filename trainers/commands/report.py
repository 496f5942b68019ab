"""``report``: what came out of a benchmark."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from softsil.runs.files import write_bytes, write_json
from trainers.bench.folder import BenchmarkFolder
from trainers.commands.registry import COMMANDS, Command


def write_report(folder: BenchmarkFolder, to: Path | None = None) -> Path:
    """Write ``report.html`` and ``report.json`` into the benchmark, and with ``to`` a copy with Markdown and figures.

    Returns:
        The HTML file.

    Raises:
        UnreadableFileError: the manifest is missing or damaged.
        OSError: a file cannot be written.
    """
    from trainers.bench.report.build import build_report
    from trainers.bench.report.html import report_html
    from trainers.bench.report.markdown import figure_file, report_markdown

    report = build_report(folder)
    page = report_html(report).encode()
    write_json(folder.report, report.as_json())
    write_bytes(folder.path / "report.html", page)
    if to is None:
        return folder.path / "report.html"
    for stale in to.glob("*.svg"):
        stale.unlink()
    write_bytes(to / "report.html", page)
    write_bytes(to / "README.md", report_markdown(report).encode())
    for figure in (figure for section in report.sections for figure in section.figures):
        write_bytes(to / f"{figure.name}.svg", figure_file(figure).encode())
    return to / "report.html"


def _report(options: argparse.Namespace) -> int:
    written = write_report(BenchmarkFolder(options.name, options.root), options.to)
    print(json.dumps({"report": str(written)}) if options.json else written)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="laptop", help="the benchmark")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="also write it here, as Markdown with figures")


COMMANDS.register(Command("report", "write the report of a benchmark", _report, _options))
