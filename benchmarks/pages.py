"""How long every page takes to its first content, in Chromium, with 100 runs in the folder.

``python -m benchmarks.pages [--quick] [--json FILE] [--docs FILE] [--chromium FILE]``

The folder holds made-up finished runs (as in ``benchmarks.many_runs``) and the two of the demo, which Live, Compare and
Explore open. A page is opened as a link is: in a browser without a cache, in a session of its own. First content is the
first text of the page itself, below the navigation; the maps and charts follow. Then the playground: from a move of a
point in the hand to the arrows of where it is, and from letting go to what the page itself has computed from then on.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.many_runs import make_runs
from benchmarks.view import as_table, write_docs
from benchmarks.view_server import ARGUMENTS, WAIT_MS, served
from trainers.demo import open_demo

RUNS, QUICK_RUNS, VISITS, DROPS = 100, 20, 3, 12
PAGES = ("", "train", "live", "runs", "compare", "explore", "benchmark", "playground", "losses")
COLUMNS = ("page", "first content, s", "slowest, s", "server's processor time, s")
CONTENT = (
    "() => document.querySelector('[data-testid=\"stMainBlockContainer\"]')?.innerText.trim() && performance.now()"
)
READY = "() => window.softsilPlayground?.sides[0]?.canvas.dataset.moving === 'false'"
# Moves a point as the pointer does, waits for its arrows, lets go, and waits for the page.
DROP = """async (point) => {
  const view = window.softsilPlayground;
  const [side, before] = [view.sides[0], view.data];
  const moved = side.points().map(([x, y], i) => (i === point ? [x + 0.1, y] : [x, y]));
  const start = performance.now();
  await side.touch(moved);
  const dropped = performance.now();
  view.edit(moved);
  while (view.data === before) await new Promise(requestAnimationFrame);
  return [dropped - start, performance.now() - dropped];
}"""


def address(page: str, demo: list[str]) -> str:
    """Where a page is, with something to show."""
    asked = {
        "live": f"?runs={','.join(demo)}",
        "explore": f"?run={demo[0]}",
        "compare": f"?run={demo[0]}&run={demo[1]}",
    }
    return f"/{page}{asked.get(page, '')}"


def measure(browser: Browser, url: str, path: str, visits: int) -> dict[str, Any]:
    """Seconds to the first content of a page, over several visits."""
    seconds, before = [], _server_seconds(url)
    for _ in range(visits):
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        page.goto(url + path, wait_until="commit")
        seconds.append(page.wait_for_function(CONTENT, timeout=WAIT_MS).json_value() / 1000)
        page.wait_for_load_state("networkidle")
        context.close()
    return {
        "page": path.partition("?")[0],
        "first content, s": round(statistics.median(seconds), 2),
        "slowest, s": round(max(seconds), 2),
        "server's processor time, s": round((_server_seconds(url) - before) / visits, 2),
    }


def measure_drops(page: Page, url: str, drops: int) -> dict[str, Any]:
    """Milliseconds from a move to its arrows, and from letting go to the page's own answer."""
    page.goto(f"{url}/playground")
    page.wait_for_function(READY, timeout=WAIT_MS)
    page.evaluate(DROP, 0)  # the first question loads torch
    times = []
    for point in range(1, drops + 1):
        page.wait_for_timeout(300)
        times.append(page.evaluate(DROP, point))
    arrows, answers = zip(*times, strict=True)
    return {
        "N": 60,
        "arrows_ms": round(statistics.median(arrows)),
        "slowest_ms": round(max(arrows)),
        "page_ms": round(statistics.median(answers)),
        "slowest_page_ms": round(max(answers)),
    }


def _server_seconds(url: str) -> float:
    """Processor time of the app so far: what does not depend on what else the machine does."""
    import psutil

    port = url.rpartition(":")[2]
    for process in psutil.process_iter(["cmdline"]):
        if (process.info["cmdline"] or [])[-2:] == ["--server.port", port]:
            return float(sum(process.cpu_times()[:2]))
    return float("nan")


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Time the pages in Chromium.")
    parser.add_argument("--quick", action="store_true", help="one visit a page, few runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="replace the tables of this page")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser's executable")
    options = parser.parse_args(arguments)
    if not options.chromium:
        parser.error("no chromium found; name one with --chromium")
    count, visits, drops = (QUICK_RUNS, 1, 4) if options.quick else (RUNS, VISITS, DROPS)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        make_runs(Path(folder), count - 2)
        demo = open_demo(Path(folder))
        with served(Path(folder)) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
            measure(browser, url, "/losses", 1)  # the first visit of all loads the app
            rows = []
            for page in PAGES:
                rows.append(measure(browser, url, address(page, demo), visits))
                print(rows[-1], flush=True)
            drop = measure_drops(browser.new_page(), url, drops)
            browser.close()
    tables = f"{as_table(rows, COLUMNS)}\n\n{as_table([drop], tuple(drop))}"
    print("\n" + tables)
    if options.json:
        options.json.write_text(json.dumps([*rows, drop], indent=1) + "\n", encoding="utf-8")
    if options.docs:
        load = f"{count} runs, load average {before:.1f} before and {os.getloadavg()[0]:.1f} after it"
        write_docs(options.docs, tables, "python -m benchmarks.pages" + " --quick" * options.quick, load)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
