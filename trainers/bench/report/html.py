"""The report as one HTML file: no scripts, nothing fetched, readable offline."""

from __future__ import annotations

from html import escape

from trainers.bench.report.document import Report, Section, Table

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid #8886; padding-bottom: .2rem; }
h3 { font-size: 1rem; margin-bottom: .3rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #8884; text-align: right; vertical-align: top; }
th:first-child, td:first-child, .words th, .words td { text-align: left; } thead th { border-bottom: 2px solid #8888; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
figcaption, .note { color: #777; font-size: 14px; } .facts { color: #777; font-size: 14px; }
.verdict { border-left: 4px solid #999; padding: .1rem 0 .1rem .9rem; margin: .8rem 0; }
.supported { border-color: #228833; } .contradicted { border-color: #cc3311; } .inconclusive { border-color: #ccbb44; }
.verdict b { display: block; }
"""


def report_html(report: Report) -> str:
    """The whole file."""
    verdicts = "".join(
        f'<div class="verdict {escape(one.outcome)}"><b>{escape(one.claim)}</b>{escape(one.sentence)}</div>'
        for one in report.verdicts
    )
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in report.facts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(report.title)}</h1><h2>What the numbers say about the paper's claims</h2>{verdicts}"
        f'<ul class="facts">{facts}</ul>{"".join(map(_section, report.sections))}</body></html>\n'
    )


def _section(section: Section) -> str:
    figures = "".join(
        f"<h3>{escape(one.title)}</h3><figure>{one.svg}<figcaption>{escape(one.reading)}</figcaption></figure>"
        for one in section.figures
    )
    text = f"<p>{escape(section.text)}</p>" if section.text else ""
    return f"<h2>{escape(section.title)}</h2>{text}{''.join(map(_table, section.tables))}{figures}"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for words in table.columns)
    body = "".join(
        f"<tr>{''.join(_cell(table, row, column) for column in range(len(table.columns)))}</tr>"
        for row in range(len(table.rows))
    )
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    kind = ' class="words"' if table.words else ""
    return (
        f'<h3>{escape(table.title)}</h3><div class="scroll"><table{kind}><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{note}"
    )


def _cell(table: Table, row: int, column: int) -> str:
    words = escape(table.rows[row][column])
    return f"<td><b>{words}</b></td>" if [row, column] in table.best else f"<td>{words}</td>"
