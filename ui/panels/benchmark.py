"""The report of a benchmark: verdicts on top, below them one section at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd
import streamlit as st

from softsil.errors import UnreadableFileError
from softsil.runs.files import read_json
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.report.document import Figure, Outcome, Report, Section, Table
from ui.words import BadgeColor, plain_markdown

# Words and color together, never color alone.
_BADGES: dict[Outcome, BadgeColor] = {
    "supported": "green",
    "contradicted": "red",
    "inconclusive": "orange",
    "not tested": "gray",
}
_INK = {"dark": "#fafafa", "light": "#31333f"}


def choose_benchmark(folders: Sequence[BenchmarkFolder]) -> BenchmarkFolder:
    """Let the person pick one of several benchmarks, newest first."""
    names = [folder.name for folder in folders]
    chosen = st.selectbox(
        "Benchmark", names, key="benchmark", label_visibility="collapsed", width=240, bind="query-params"
    )
    return next((folder for folder in folders if folder.name == chosen), folders[0])


def read_report(folder: BenchmarkFolder) -> Report | None:
    """The report as it was last written, or None while there is none."""
    try:
        return _read(folder.report, folder.report.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Report:
    del changed  # only part of the key
    try:
        return Report.from_json(read_json(path))
    except (KeyError, TypeError) as error:
        raise UnreadableFileError(f"{path.parent.name}/report.json is damaged: {error}") from error


def show_verdicts(report: Report) -> None:
    """One card a claim, and the facts of the benchmark folded away."""
    for column, verdict in zip(st.columns(len(report.verdicts)), report.verdicts, strict=True):
        with column.container(border=True, height="stretch"):
            st.badge(verdict.outcome, color=_BADGES[verdict.outcome])
            st.markdown(f"**{plain_markdown(verdict.claim)}**")
            st.markdown(plain_markdown(verdict.sentence))
    with st.expander("How it was carried out"):
        st.markdown("\n".join(f"- {plain_markdown(fact)}" for fact in report.facts))


def show_sections(report: Report) -> None:
    """One section at a time."""
    titles = [section.title for section in report.sections]
    chosen = st.radio(
        "Part of the report",
        titles,
        key="section",
        horizontal=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    _show(next((section for section in report.sections if section.title == chosen), report.sections[0]))


def _show(section: Section) -> None:
    if section.text:
        st.caption(plain_markdown(section.text))
    ink = _INK.get(str(st.context.theme.type), _INK["light"])
    for figure in section.figures:
        _figure(figure, ink)
    for table in section.tables:
        _table(table)


def _figure(figure: Figure, ink: str) -> None:
    st.markdown(f"**{plain_markdown(figure.title)}**")
    # The drawing takes the color of the text around it, which an image does not know.
    st.image(figure.svg.replace("currentColor", ink))
    st.caption(plain_markdown(figure.reading))


def _table(table: Table) -> None:
    st.markdown(f"**{plain_markdown(table.title)}**")
    rows = [
        [
            f"**{plain_markdown(words)}**" if [row, column] in table.best else plain_markdown(words)
            for column, words in enumerate(cells)
        ]
        for row, cells in enumerate(table.rows)
    ]
    # Column names must differ, the heads of a report need not.
    heads = [words + "\u200b" * table.columns[:place].count(words) for place, words in enumerate(table.columns)]
    st.table(pd.DataFrame(rows, columns=heads).set_index(heads[0]), width="content")
    if table.note:
        st.caption(plain_markdown(table.note))
