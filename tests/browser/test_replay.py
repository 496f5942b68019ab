"""The HTML replay, opened from disk without a network: it must hold all that it shows."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter
from ui.replay import replay_html

TIMEOUT_MS = 60_000
POINTS = 60
NAMES = ["cat", "</script><img src=x onerror=window.broken=1>", "owl"]
KEY = "umap-2d-0a1b2c3d"


def layout(epoch: int) -> np.ndarray:
    """Points that all move one to the right each epoch."""
    spots = np.random.default_rng(0).normal(size=(POINTS, 2))
    return (spots + np.array([epoch, 0.0])).astype(np.float32)


@pytest.fixture
def trained(tmp_path: Path) -> Callable[[str], str]:
    """Writes a finished run with six map frames."""

    def write(name: str) -> str:
        labels = np.arange(POINTS) % 3
        pictures = np.full((POINTS, 8, 8), 200, dtype=np.uint8)
        with RunWriter(name, labels=labels, class_names=NAMES, thumbnails=pictures, root=tmp_path) as recorder:
            paths = recorder.paths
            write_json(paths.projection(KEY) / "config.json", {"schema": 1, "method": "umap", "dims": 2})
            for epoch in range(6):
                write_array(paths.silhouettes(epoch), np.linspace(-1, 1, POINTS, dtype=np.float32))
                write_array(paths.predictions(epoch), labels.astype(np.int32))
                write_array(paths.frame(KEY, epoch), layout(epoch))
        return recorder.run_id

    return write


@pytest.fixture
def open_file(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a file offline; fails on an error in the console and on a request for anything but the file."""
    contexts, wrong = [], []

    def visit(html: bytes, scheme: str = "light") -> Page:
        file = tmp_path / "replay.html"
        file.write_bytes(html)
        context = browser.new_context(viewport={"width": 1200, "height": 700}, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        # A blob is memory of the page; everything else would be the world outside.
        page.on("request", lambda request: wrong.append(request.url) if not ours(request.url, file) else None)
        page.goto(file.as_uri())
        expect(page.locator('.pane[data-epoch="5"]').first).to_be_visible(timeout=TIMEOUT_MS)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def ours(url: str, file: Path) -> bool:
    return url == file.as_uri() or url.startswith(("blob:", "data:"))


def test_the_file_draws_every_run_without_a_network(trained, open_file, tmp_path):
    page = open_file(replay_html([trained("ce"), trained("ce+sil")], tmp_path).body)
    expect(page.locator(f'.pane[data-points="{POINTS}"]')).to_have_count(2, timeout=TIMEOUT_MS)
    expect(page.locator(".pane .name")).to_have_text(["ce", "ce+sil"])


def test_the_points_stand_where_the_frames_say(trained, open_file, tmp_path):
    page = open_file(replay_html([trained("ce")], tmp_path).body)
    shown = page.evaluate("[...softsilMap.panes[0].frame.points]")
    assert np.array(shown).reshape(POINTS, 3)[:, :2] == pytest.approx(layout(5), abs=1e-3)


def test_play_runs_from_the_first_epoch_to_the_last(trained, open_file, tmp_path):
    page = open_file(replay_html([trained("ce")], tmp_path).body)
    page.evaluate("""() => {
      window.seen = [];
      const note = () => {
        const { epoch } = document.querySelector(".pane").dataset; // may be written again as it is
        if (seen.at(-1) !== epoch) seen.push(epoch);
      };
      new MutationObserver(note).observe(document.querySelector(".pane"), { attributeFilter: ["data-epoch"] });
    }""")
    page.locator('button[name="play"]').click()
    page.wait_for_function('() => seen.includes("0") && seen.at(-1) === "5"', timeout=TIMEOUT_MS)
    assert page.evaluate("seen.map(Number)") == sorted({*map(int, page.evaluate("seen"))})


def test_a_point_under_the_pointer_says_its_class_and_shows_its_picture(trained, open_file, tmp_path):
    page = open_file(replay_html([trained("ce")], tmp_path).body)
    page.wait_for_function("() => !softsilMap.pending", timeout=TIMEOUT_MS)
    box = page.locator(".pane .over").bounding_box()
    spot = page.evaluate("""async () => {
      const { toScreen } = await import("softsil/pure.js");
      const [pane] = softsilMap.panes;
      return toScreen(...pane.frame.points.slice(3, 6), pane.view());
    }""")
    page.mouse.move(box["x"] + spot[0], box["y"] + spot[1])
    expect(page.locator(".tip b")).to_be_visible()
    picture = page.locator(".tip .thumbnail").evaluate("""async (element) => {
      const image = new Image();
      image.src = element.style.backgroundImage.slice(5, -2);
      await image.decode();
      return image.width;
    }""")
    assert picture >= 8 * 8


def test_markup_in_a_name_stays_text(trained, open_file, tmp_path):
    page = open_file(replay_html([trained("<b onclick=1>run</b>")], tmp_path).body)
    expect(page.locator("h1")).to_have_text("<b onclick=1>run</b>")
    expect(page.locator('.legend button[data-class="1"]')).to_have_text(NAMES[1])
    assert page.evaluate("window.broken") is None


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(14, 17, 23)")])
def test_the_file_follows_the_readers_scheme(trained, open_file, tmp_path, scheme, background):
    page = open_file(replay_html([trained("ce")], tmp_path).body, scheme)
    expect(page.locator("body")).to_have_css("background-color", background)


def test_live_hands_out_the_file_that_plays(open_page, open_file, server, trained, tmp_path):
    run_id = trained("from the page")
    shutil.copytree(tmp_path / run_id, server.runs / run_id)
    page = open_page(f"/live?runs={run_id}")
    page.get_by_text("Export", exact=True).click(timeout=TIMEOUT_MS)
    page.get_by_role("button", name="HTML replay").click()
    with page.expect_download(timeout=TIMEOUT_MS) as download:
        page.get_by_role("button", name="Download HTML").click(timeout=TIMEOUT_MS)
    assert download.value.suggested_filename == "softsil-from-the-page.html"
    replay = open_file(Path(download.value.path()).read_bytes())
    expect(replay.locator(".pane .name")).to_have_text(["from the page"])
