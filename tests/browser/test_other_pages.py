"""The main paths of the pages that need no training: Train, Runs, Benchmark, Losses."""

import json
import re
from urllib.parse import quote

from playwright.sync_api import expect

from softsil.runs.writer import RunWriter
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.report.document import Figure, Report, Section, Table, Verdict

TIMEOUT_MS = 60_000
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><path d="M0 20h300" stroke="currentColor"/></svg>'
)


def test_a_link_to_train_opens_the_form_and_what_is_changed_stands_in_the_address(open_page, screenshot):
    experiment = {"losses": ["ce", "supcon"], "seeds": [0, 1], "epochs": 3}
    page = open_page(f"/train?experiment={quote(json.dumps(experiment))}", size=(1280, 720))
    expect(page.get_by_text("4 runs")).to_be_visible(timeout=TIMEOUT_MS)
    seeds = page.get_by_role("textbox", name="Seeds")
    seeds.fill("0, 1, 2")
    seeds.press("Enter")
    expect(page.get_by_text("6 runs")).to_be_visible(timeout=TIMEOUT_MS)
    page.wait_for_url(lambda url: re.search(r"0(,|%2C)1(,|%2C)2", url), timeout=TIMEOUT_MS)
    page.reload()
    expect(page.get_by_text("6 runs")).to_be_visible(timeout=TIMEOUT_MS)
    screenshot(page, "train")


def test_runs_are_searched_from_a_link(open_page, server, screenshot):
    for name in ("needle", "hay"):
        RunWriter(name, labels=[0, 1] * 20, root=server.runs).close()
    page = open_page("/runs?search=needle", size=(1280, 720))
    expect(page.get_by_text(re.compile(r"^1 of \d+ runs"))).to_be_visible(timeout=TIMEOUT_MS)
    page.get_by_role("button", name="TensorBoard").click()
    expect(page.get_by_text("In a terminal, for all runs")).to_be_visible(timeout=TIMEOUT_MS)
    screenshot(page, "runs")


def test_losses_lead_to_the_playground(open_page, screenshot):
    page = open_page("/losses", size=(1280, 720))
    page.get_by_role("link", name="See its forces").first.click(timeout=TIMEOUT_MS)
    page.wait_for_url("**/playground?**", timeout=TIMEOUT_MS)
    screenshot(page, "losses-playground")


def test_a_benchmark_shows_its_verdicts_and_a_link_opens_a_section(open_page, server, screenshot):
    figure = Figure("top1", "Mean accuracy", "Farther right is better.", DRAWING)
    table = Table("Seconds", ["loss", "digits"], [["CE", "1"], ["CE+Sil", "2"]], [[0, 1]], "one laptop")
    sections = [Section("Accuracy", "two seeds", [], [figure]), Section("Cost", "what it costs", [table])]
    verdicts = [Verdict("The silhouette helps", "inconclusive", "Two seeds say too little.")]
    folder = BenchmarkFolder("small", server.runs)
    folder.path.mkdir(parents=True)
    folder.manifest.write_text(json.dumps({"schema": 1, "runs": []}))
    folder.report.write_text(json.dumps(Report("Benchmark: small", ["two seeds"], verdicts, sections).as_json()))
    page = open_page("/benchmark?benchmark=small", size=(1280, 720))
    expect(page.get_by_text("Two seeds say too little.")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("Farther right is better.")).to_be_visible()
    page.get_by_text("Cost", exact=True).click()
    expect(page.get_by_text("one laptop")).to_be_visible(timeout=TIMEOUT_MS)
    page.wait_for_url("**section=Cost**", timeout=TIMEOUT_MS)
    page.reload()
    expect(page.get_by_text("one laptop")).to_be_visible(timeout=TIMEOUT_MS)
    screenshot(page, "benchmark")
