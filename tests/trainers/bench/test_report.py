import json
import math
import re
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest

from softsil.runs.status import State
from trainers.bench.figures.intervals import Bar, intervals_figure
from trainers.bench.figures.lines import Series, lines_figure
from trainers.bench.figures.svg import ticks
from trainers.bench.folder import PlannedRun
from trainers.bench.plan import MAIN
from trainers.bench.registry import Condition
from trainers.bench.report.accuracy import gain
from trainers.bench.report.build import build_report
from trainers.bench.report.document import Report, Section, Table, Verdict
from trainers.bench.report.html import report_html
from trainers.bench.report.markdown import report_markdown
from trainers.bench.report.paper import outcome, verdicts
from trainers.bench.results import Result, Results, collect
from trainers.bench.statistics import Interval
from trainers.commands.report import write_report
from trainers.errors import LaunchError

LIMIT_BYTES = 2_000_000


def results(top1, seconds=None):
    """A made-up comparison: top-1 by loss as ``[data sets][seeds]``, seconds by loss."""
    rows = []
    for loss, table in top1.items():
        for data, values in enumerate(table):
            for seed, value in enumerate(values):
                run = PlannedRun(MAIN, f"data {data}", "", loss, {}, seed, "x")
                time = (seconds or {}).get(loss, 1.0) * (1 + 0.01 * seed)
                rows.append(Result(run, State.DONE, value, value, value, loss.startswith("ce"), time, 1.0))
    return Results(tuple(rows))


def noisy(mean, seed):
    return (mean + np.random.default_rng(seed).normal(0, 0.3, size=(5, 5))).tolist()


@pytest.fixture
def whole(carry_out, preset, folder, tmp_path_factory):
    """A benchmark with every study, carried out once and copied for each test."""
    kept = tmp_path_factory.getbasetemp() / "whole-benchmark"
    if not kept.exists():
        carry_out(every_study(preset))
        shutil.copytree(folder.path, kept)
    else:
        shutil.copytree(kept, folder.path)
    return folder


def every_study(preset):
    condition = Condition(name="few samples", field="samples", levels=(("60", 60), ("90", 90)))
    return preset.model_copy(
        update={
            "losses": ("ce", "ce+sil", "supcon"),
            "conditions": (condition,),
            "condition_losses": ("ce", "ce+sil"),
            "condition_seeds": 1,
            "batch_data": ("blobs",),
            "batch_losses": ("ce",),
            "batch_sizes": (16,),
            "classes_per_batch": (2,),
            "balanced_batch": 16,
            "batch_seeds": 1,
        }
    )


def test_the_report_has_every_part_and_is_one_file_that_fetches_nothing(whole, tmp_path):
    page = write_report(whole, tmp_path / "docs").read_text()
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == [
        "What the numbers say about the paper's claims",
        "Accuracy",
        "Significance",
        "Beside the paper",
        "Cost",
        "Geometry",
        "Robustness",
        "Choice of λ and τ",
        "Batches",
        "Setup",
    ]
    assert len(page.encode()) < LIMIT_BYTES
    assert not re.search(r"<script|(src|href)=|url\(|@import", page)


def test_every_figure_is_a_file_that_the_text_shows(whole, tmp_path):
    write_report(whole, tmp_path / "docs")
    text = (tmp_path / "docs" / "README.md").read_text()
    shown = set(re.findall(r"\]\((.*?\.svg)\)", text))
    files = {path.name for path in (tmp_path / "docs").glob("*.svg")}
    assert shown == files >= {"top1.svg", "probe.svg", "time.svg", "grid-ce-sil.svg", "silhouette-blobs.svg"}
    for name in files:
        assert ElementTree.parse(tmp_path / "docs" / name).getroot().tag.endswith("svg")


def test_a_report_survives_json(whole):
    report = build_report(whole)
    assert Report.from_json(json.loads(json.dumps(report.as_json()))) == report


def test_the_numbers_are_those_of_the_run_folders(whole):
    main = collect(whole).of(MAIN)
    for row in main.rows:
        test = whole.reader(row.run.run_id).history("test")[0]
        assert row.top1 == 100 * test["accuracy" if row.run.loss != "supcon" else "probe_accuracy"]
        assert row.seconds > 0
        assert row.megabytes > 0
        assert -1 <= row.geometry.lowest <= row.geometry.silhouette <= 1


def test_a_failed_run_is_counted_nowhere_and_named(whole, monkeypatch):
    gone = next(run for run in whole.runs() if (run.study, run.loss) == (MAIN, "ce"))
    paths = whole.paths(gone.run_id)
    status = json.loads(paths.status.read_text())
    paths.status.write_text(json.dumps({**status, "state": "failed", "error": "loss became NaN"}))
    assert np.isnan(collect(whole).of(MAIN).table("top1", "ce")).sum() == 1
    assert "main blobs ce seed 0: loss became NaN" in report_html(build_report(whole))


def test_a_benchmark_without_runs_is_answered_with_a_sentence(folder, preset):
    from trainers.bench.plan import Chosen

    folder.write(preset, Chosen(), [], [])
    with pytest.raises(LaunchError, match="has no run of its comparison yet"):
        build_report(folder)


@pytest.mark.parametrize(
    ("comparisons", "said"),
    [
        ([(1.0, 0.01), (2.0, 0.04)], "supported"),
        ([(1.0, 0.01), (2.0, 0.06)], "inconclusive"),
        ([(1.0, 0.01), (-2.0, 0.01)], "contradicted"),
        ([(-1.0, 0.4)], "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_an_outcome_needs_all_comparisons(comparisons, said):
    assert outcome(comparisons) == said


def test_clear_gains_support_the_claims():
    main = results(
        {"ce": noisy(90, 0), "ce+sil": noisy(92, 1), "supcon2": noisy(93, 2), "ce+sil+supcon2": noisy(95, 3)},
        {"ce": 1.0, "ce+sil": 1.1, "supcon2": 2.0, "ce+sil+supcon2": 2.2},
    )
    said = verdicts(main)
    assert [one.outcome for one in said] == ["supported"] * 3
    assert "higher on 5 of 5 data sets" in said[0].sentence
    assert "CE+Sil 10 % more time, SupCon2 100 % more" in said[2].sentence


def test_clear_losses_contradict_them():
    main = results(
        {"ce": noisy(92, 0), "ce+sil": noisy(90, 1), "supcon2": noisy(93, 2), "ce+sil+supcon2": noisy(91, 3)},
        {"ce": 1.0, "ce+sil": 3.0, "supcon2": 2.0, "ce+sil+supcon2": 2.2},
    )
    assert [one.outcome for one in verdicts(main)] == ["contradicted"] * 3


def test_equal_losses_decide_nothing():
    main = results(
        {"ce": noisy(90, 0), "ce+sil": noisy(90, 1), "supcon2": noisy(90, 2), "ce+sil+supcon2": noisy(90, 3)}
    )
    assert [one.outcome for one in verdicts(main)] == ["inconclusive"] * 3


def test_claims_about_losses_that_were_not_trained_are_not_tested():
    assert [one.outcome for one in verdicts(results({"ce": noisy(90, 0)}))] == ["not tested"] * 3


def test_names_cannot_break_the_page_or_a_table():
    table = Table("t <b>", ["a|b"], [["<script>*x*"]])
    report = Report("<i>", ["f"], [Verdict("c", "supported", "s <u>")], [Section("s", "t", [table])])
    page, text = report_html(report), report_markdown(report)
    assert not re.search(r"<script|<i>|<u>", page)
    assert "a\\|b" not in page
    assert "| &lt;script>\\*x\\* |" in text


def test_figures_leave_out_what_is_missing():
    bars = [Bar("a", math.nan, math.nan, math.nan, "#000"), Bar("b & c", 2.0, math.nan, math.nan, "#000")]
    drawing = intervals_figure(bars, "t", "x")
    assert drawing.count("<circle") == 1
    assert "b &amp; c" in drawing


def test_a_very_wide_interval_does_not_flatten_the_lines():
    points = (Interval(90, 500, 2), Interval(91, 0.1, 5))
    drawing = ElementTree.fromstring(lines_figure([Series("a", "#000", points)], ["1", "2"], "t", "x"))
    heights = [float(dot.get("cy")) for dot in drawing.iter() if dot.tag.endswith("circle")]
    assert heights[0] - heights[1] > 50
    ends = [float(line.get(name)) for line in drawing.iter() if line.get("y1") for name in ("y1", "y2")]
    assert 0 <= min(ends) <= max(ends) <= 300


def test_ticks_are_round():
    assert ticks(0.13, 0.97) == [0.2, 0.4, 0.6, 0.8]
    assert ticks(5, 5) == [5]


def test_a_comparison_has_one_judge_for_both():
    rows = []
    for loss, own, probe in (("ce", 80.0, 90.0), ("ce+sil", 82.0, 91.0), ("supcon2", 88.0, 88.0)):
        for seed in range(5):
            run = PlannedRun(MAIN, "d", "", loss, {}, seed, "x")
            noise = 0.1 * seed
            rows.append(Result(run, State.DONE, own + noise, probe + noise, 0.0, loss != "supcon2", 1.0, 1.0))
    main = Results(tuple(rows))
    assert gain(main, "supcon2", "ce").mean == pytest.approx(-2)  # by the probe, not 88 − 80
    assert gain(main, "ce+sil", "ce").mean == pytest.approx(2)  # by the classifiers that both train
