"""The report as Markdown with its figures beside it, for a folder of documentation."""

from __future__ import annotations

from trainers.bench.report.document import Figure, Report, Section, Table

# On a page of its own a drawing inherits no color; this gray is readable on white and on dark.
_GRAY = "#808080"


def report_markdown(report: Report) -> str:
    """The text; its figures are ``NAME.svg`` in the same folder."""
    verdicts = "\n\n".join(f"**{one.claim}**\n{_plain(one.sentence)}" for one in report.verdicts)
    facts = "\n".join(f"- {_plain(fact)}" for fact in report.facts)
    sections = "\n\n".join(map(_section, report.sections))
    return f"# {report.title}\n\n{verdicts}\n\n{facts}\n\n{sections}\n"


def figure_file(figure: Figure) -> str:
    """A figure as a file that is looked at by itself."""
    return figure.svg.replace("currentColor", _GRAY) + "\n"


def _section(section: Section) -> str:
    parts = [f"## {section.title}", _plain(section.text), *map(_table, section.tables)]
    parts += [f"### {one.title}\n\n![{one.title}]({one.name}.svg)\n\n{_plain(one.reading)}" for one in section.figures]
    return "\n\n".join(part for part in parts if part)


def _table(table: Table) -> str:
    lines = [f"### {table.title}", "", _row(table.columns), _row(["---"] * len(table.columns))]
    for number, row in enumerate(table.rows):
        cells = [f"**{_plain(w)}**" if [number, column] in table.best else _plain(w) for column, w in enumerate(row)]
        lines.append(_row(cells))
    return "\n".join([*lines, *(["", _plain(table.note)] if table.note else [])])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(words: str) -> str:
    """Text that Markdown shows as it is, also inside a table."""
    return words.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace("\n", " ")
