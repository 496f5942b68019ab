from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from softsil.runs.writer import RunWriter

TIMEOUT_MS = 60_000
BARS = '[data-chart="live_class_bars"][data-updates]'
LINES = '[data-chart="live_class_lines"][data-updates]'


def log(recorder: RunWriter, epoch: int) -> None:
    labels = recorder.samples.labels
    noise = np.random.default_rng(0).normal(size=(len(labels), 8))
    recorder.log(epoch, np.eye(8)[labels] * epoch + noise)
    recorder.log(epoch, split="validation", accuracy=min(0.99, 0.5 + epoch / 20))
    recorder.progress(epoch=epoch, force=True)


@pytest.fixture
def recording(server) -> Iterator[Callable[[str], RunWriter]]:
    """Starts a run of eight epochs in the app's runs folder, four of them done."""
    opened = []

    def start(name: str) -> RunWriter:
        recorder = RunWriter(name, labels=np.arange(60) % 5, root=server.runs, config={"data": {"name": "made up"}})
        opened.append(recorder)
        recorder.progress(epochs=8, force=True)
        for epoch in range(5):
            log(recorder, epoch)
        return recorder

    yield start
    for recorder in opened:
        recorder.close()


def test_charts_follow_a_run_without_being_made_anew(open_page, recording):
    recorder = recording("growing")
    page = open_page(f"/live?runs={recorder.run_id}")
    page.locator(LINES).wait_for(timeout=TIMEOUT_MS)
    page.locator(LINES).evaluate("chart => { chart.wasHere = true; }")
    for epoch in range(5, 8):
        log(recorder, epoch)
    page.wait_for_function(f"document.querySelector('{LINES}')._fullData.at(-1).x.length === 8", timeout=TIMEOUT_MS)
    assert page.locator(LINES).evaluate("chart => chart.wasHere")


def test_zoom_survives_new_data(open_page, recording):
    recorder = recording("zoomed")
    page = open_page(f"/live?runs={recorder.run_id}")
    page.locator(LINES).wait_for(timeout=TIMEOUT_MS)
    box = page.locator(f"{LINES} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 90, steps=5)
    page.mouse.up()
    page.wait_for_function(f"document.querySelector('{LINES}').layout.xaxis.range[1] < 7", timeout=TIMEOUT_MS)
    zoomed = page.locator(LINES).evaluate("chart => chart.layout.xaxis.range")
    log(recorder, 5)
    page.wait_for_function(f"document.querySelector('{LINES}')._fullData.at(-1).x.length === 6", timeout=TIMEOUT_MS)
    assert page.locator(LINES).evaluate("chart => chart.layout.xaxis.range") == zoomed


def test_the_end_of_a_run_is_seen(open_page, recording):
    recorder = recording("ending")
    page = open_page(f"/live?runs={recorder.run_id}")
    expect(page.get_by_text("▶ running")).to_be_visible(timeout=TIMEOUT_MS)
    recorder.close()
    expect(page.get_by_text("✓ done")).to_be_visible(timeout=TIMEOUT_MS)


def test_the_epoch_slider_of_the_map_moves_the_numbers(open_page, recording, screenshot):
    recorder = recording("scrubbed")
    recorder.close()
    page = open_page(f"/live?runs={recorder.run_id}")
    expect(page.locator('.pane[data-epoch="4"]')).to_be_visible(timeout=TIMEOUT_MS)
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text("Silhouette by class, at epoch 3")).to_be_visible(timeout=TIMEOUT_MS)
    page.locator(BARS).wait_for(timeout=TIMEOUT_MS)
    screenshot(page, "live-epoch")


def test_arrows_step_epochs_wherever_the_focus_is_and_a_reload_shows_the_same_epoch(open_page, recording):
    recorder = recording("stepped")
    recorder.close()
    page = open_page(f"/live?runs={recorder.run_id}")
    expect(page.locator('.pane[data-epoch="4"]')).to_be_visible(timeout=TIMEOUT_MS)
    page.locator("body").press("ArrowLeft")
    page.wait_for_url("**epoch=3**", timeout=TIMEOUT_MS)
    page.reload()
    expect(page.locator('.pane[data-epoch="3"]')).to_be_visible(timeout=TIMEOUT_MS)
    page.locator("body").press("Space")
    expect(page.locator('.pane[data-epoch="4"]')).to_be_visible(timeout=TIMEOUT_MS)


def test_a_reload_shows_the_same_runs(open_page, recording):
    recorder = recording("kept")
    recording("newer")
    page = open_page(f"/live?runs={recorder.run_id}")
    page.locator(BARS).wait_for(timeout=TIMEOUT_MS)
    page.reload()
    page.locator(BARS).wait_for(timeout=TIMEOUT_MS)
    assert recorder.run_id in page.url
    expect(page.locator(".pane .name")).to_have_text(["kept"])
