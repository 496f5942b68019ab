import json

import pytest

from trainers.bench.folder import BenchmarkFolder
from trainers.bench.report.document import Figure, Report, Section, Table, Verdict
from ui.panels.benchmark import read_report

PAGE = "pages/analyse/benchmark.py"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><line stroke="currentColor"/></svg>'


@pytest.fixture
def benchmark(runs_folder):
    """A benchmark with a small report."""
    table = Table("Top-1", ["loss", "digits", "digits"], [["CE", "90", "1"], ["CE+Sil", "91", "2"]], [[1, 1]], "a note")
    figure = Figure("top1", "Mean", "Right is better.", DRAWING)
    sections = [Section("Accuracy", "how", [table], [figure]), Section("Cost", "what it costs", [table])]
    verdicts = [
        Verdict("1. claim", "supported", "Supported here."),
        Verdict("2. claim", "contradicted", "Contradicted here."),
        Verdict("3. claim", "inconclusive", "Inconclusive here."),
    ]
    folder = BenchmarkFolder("laptop", runs_folder)
    folder.path.mkdir(parents=True)
    folder.manifest.write_text(json.dumps({"schema": 1, "runs": []}))
    folder.report.write_text(json.dumps(Report("Benchmark: laptop", ["two seeds"], verdicts, sections).as_json()))
    return folder


def words(app):
    return "\n".join(str(one.value) for one in [*app.markdown, *app.caption, *app.info, *app.error, *app.code])


def test_without_a_benchmark_the_page_says_how_to_start_one(open_page, runs_folder):
    assert "python -m trainers bench --preset laptop" in words(open_page(PAGE))


def test_verdicts_and_the_first_section_are_shown(open_page, benchmark):
    app = open_page(PAGE)
    assert not app.exception
    said = words(app)
    assert "Contradicted here." in said
    assert "Right is better." in said
    assert "what it costs" not in said


def test_another_section_is_one_click_away(open_page, benchmark):
    app = open_page(PAGE)
    app.radio(key="section").set_value("Cost").run()
    assert "what it costs" in words(app)


def test_columns_of_one_name_are_both_shown_and_the_best_is_bold(open_page, benchmark):
    table = open_page(PAGE).table[0].value
    assert table.shape == (2, 2)
    assert table.iloc[1, 0] == "**91**"


def test_a_benchmark_without_a_report_says_how_to_write_it(open_page, benchmark):
    benchmark.report.unlink()
    assert "python -m trainers report laptop" in words(open_page(PAGE))


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"title": "x"}', '{"title": 1, "facts": [], "verdicts": [{}], "sections": []}']
)
def test_a_damaged_report_is_answered_with_a_sentence(open_page, benchmark, text):
    benchmark.report.write_text(text)
    app = open_page(PAGE)
    assert not app.exception
    assert "Write it again: python -m trainers report laptop" in words(app)


def test_a_new_report_is_read_anew(benchmark):
    before = read_report(benchmark)
    content = json.loads(benchmark.report.read_text())
    benchmark.report.write_text(json.dumps({**content, "title": "another"}))
    assert (before.title, read_report(benchmark).title) == ("Benchmark: laptop", "another")
