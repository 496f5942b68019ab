"""The pictures of the docs, made anew from the app: ``python -m docs.screenshots [NAME …]``.

Trains small networks on the digits (three losses, two seeds) in a temporary folder, opens the app over it in headless
Chromium and writes ``docs/images/*.png``. ``--demo`` trains nothing and shows the finished demo instead.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.view_server import ARGUMENTS, COMPILATION_MS, WAIT_MS, served
from softsil.runs.reader import RunReader, list_runs
from trainers.config import ExperimentConfig
from trainers.demo import open_demo
from trainers.launchers import launch

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1280, "height": 720}
MAPPED = "(n) => window.softsilMap?.panes.length === n && softsilMap.panes.every((pane) => pane.frame?.epoch > 0)"
DRAWN = "() => document.querySelector('[data-testid=\"stDataFrame\"] canvas')?.clientWidth > 400"
PLAYED = """() => window.softsilPlayground?.data?.planes[0].frames.length > 1
  && softsilPlayground.sides[0].canvas.dataset.moving === 'false'"""
LOOKED = "() => softsilPlayground.data.planes.every((plane) => plane.landscape)"


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: of its file.
        path: address of the page, made from the runs.
        ready: waits until the page shows what is to be seen, and does what a person would do first.
        dark: on the dark theme.
    """

    name: str
    path: Callable[[Sequence[RunReader]], str]
    ready: Callable[[Page], None]
    dark: bool = False


def _text(words: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_text(words).first.wait_for(timeout=WAIT_MS)


def _table(page: Page) -> None:
    page.wait_for_function(DRAWN, timeout=WAIT_MS)


def _maps(count: int, chart: str = "") -> Callable[[Page], None]:
    def wait(page: Page) -> None:
        page.wait_for_function(MAPPED, arg=count, timeout=COMPILATION_MS)
        if chart:
            page.locator(f'[data-chart="{chart}"][data-updates]').wait_for(timeout=WAIT_MS)

    return wait


def _map_and_table(page: Page) -> None:
    _maps(1)(page)
    _table(page)


def _play(page: Page) -> None:
    page.get_by_role("button", name="▶ Play").click(timeout=WAIT_MS)
    page.wait_for_function(PLAYED, timeout=WAIT_MS)
    page.evaluate("softsilPlayground.choose(5)")
    page.wait_for_function(LOOKED, timeout=WAIT_MS)
    page.mouse.move(1200, 700)  # off the button, whose words would cover others


def _live(runs: Sequence[RunReader], most: int = 2) -> str:
    return "/live?runs=" + ",".join(run.run_id for run in _one_seed(runs)[:most])


def _compare(runs: Sequence[RunReader]) -> str:
    first, second = list(dict.fromkeys(_loss(run) for run in runs))[:2]
    sides = [",".join(run.run_id for run in runs if _loss(run) == loss) for loss in (first, second)]
    return f"/compare?run={sides[0]}&run={sides[1]}"


def _loss(run: RunReader) -> str:
    return str(run.config["config"]["objective"]["name"])


def _one_seed(runs: Sequence[RunReader]) -> list[RunReader]:
    return [run for run in runs if run.config["config"]["seed"] == runs[0].config["config"]["seed"]]


SHOTS = (
    Shot("home", lambda runs: "/", _text("Recent runs")),
    Shot("train", lambda runs: "/train", _text("What will be launched")),
    Shot("live", _live, _maps(2, "live_class_lines")),
    Shot("live-dark", _live, _maps(2, "live_class_lines"), dark=True),
    Shot("runs", lambda runs: "/runs", _table),
    Shot("compare", _compare, _maps(2, "compare_classes")),
    Shot("explore", lambda runs: f"/explore?run={runs[0].run_id}", _map_and_table),
    Shot("playground", lambda runs: "/playground?scene=1", _play),
)


def take(page: Page, shot: Shot, runs: Sequence[RunReader], url: str, folder: Path) -> Path:
    """Open what a shot shows and write its picture; the file."""
    page.emulate_media(color_scheme="dark" if shot.dark else "light")
    page.goto(url + shot.path(runs))
    shot.ready(page)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(1500)  # glides and transitions end
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{shot.name}.png"
    picture.save(target, optimize=True)
    return target


def train(root: Path) -> list[RunReader]:
    """Six small trainings, ended."""
    experiment = ExperimentConfig(losses=["ce", "ce+sil", "ce+sil+supcon"], seeds=[0, 1], epochs=20)
    ids = launch(experiment, root)
    while any(reader.status.state.is_active for reader in list_runs(root)):
        time.sleep(1)
    return [RunReader(run_id, root) for run_id in ids]


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default all: {', '.join(s.name for s in SHOTS)}")
    parser.add_argument("--demo", action="store_true", help="train nothing, show the finished demo")
    parser.add_argument("--to", type=Path, default=IMAGES, metavar="FOLDER", help="default docs/images")
    parser.add_argument("--chromium", default=os.environ.get("SOFTSIL_CHROMIUM") or shutil.which("chromium"))
    options = parser.parse_args(arguments)
    unknown = set(options.names) - {shot.name for shot in SHOTS}
    if unknown or not options.chromium:
        parser.error(f"no such picture: {', '.join(unknown)}" if unknown else "no chromium found; use --chromium")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url, sync_playwright() as playwright:
        root = Path(folder)
        runs = [RunReader(run_id, root) for run_id in open_demo(root)] if options.demo else train(root)
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE)
        for shot in SHOTS:
            if not options.names or shot.name in options.names:
                target = take(page, shot, runs, url, options.to)
                print(f"{target}: {target.stat().st_size // 1000} kB", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
