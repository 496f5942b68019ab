"""Runs of different data sets beside each other on the live map, and the map that stands in the address."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter

TIMEOUT_MS = 60_000
KEY, SPECIAL = "umap-2d-0a1b2c3d", "umap-3d-0b1b2c3d"
POINTS = 60
BRIGHT = "(pane) => softsilMap.colorsOf(pane).filter((value, i) => i % 4 === 3 && value > 100).length"


@pytest.fixture
def mapped(server) -> Iterator[Callable[..., RunWriter]]:
    """Makes a finished-looking run with one frame of these classes."""
    opened = []

    def make(name: str, classes: list[str]) -> RunWriter:
        labels = np.arange(POINTS) % len(classes)
        recorder = RunWriter(name, labels=labels, class_names=classes, root=server.runs)
        opened.append(recorder)
        spots = np.random.default_rng(0).normal(size=(POINTS, 3)).astype(np.float32) + 4 * labels[:, None]
        for key, dims, settings in ((KEY, 2, {}), (SPECIAL, 3, {"n_neighbors": 30})):
            write_json(recorder.paths.projection(key) / "config.json", {"method": "umap", "dims": dims, **settings})
            write_array(recorder.paths.frame(key, 1), spots[:, :dims])
        return recorder

    yield make
    for recorder in opened:
        recorder.close()


@pytest.fixture
def show(open_page) -> Callable[..., Page]:
    """Opens Live for runs and waits for their maps."""

    def visit(*recorders: RunWriter, asked: str = "") -> Page:
        page = open_page(f"/live?runs={','.join(recorder.run_id for recorder in recorders)}{asked}")
        expect(page.locator('.pane[data-epoch="1"]')).to_have_count(len(recorders), timeout=TIMEOUT_MS)
        return page

    return visit


def test_runs_of_different_data_have_a_legend_each(mapped, show, screenshot):
    page = show(mapped("clothes", ["T-shirt", "ankle boot"]), mapped("digits", ["zero", "one", "two"]))
    expect(page.locator(".legend .classes")).to_have_text(["clothes:T-shirtankle boot", "digits:zeroonetwo"])
    page.get_by_role("button", name="ankle boot").click()
    page.mouse.move(0, 0)
    assert page.evaluate(f"softsilMap.panes.map({BRIGHT})") == [30, POINTS]
    screenshot(page, "map-two-data-sets")


def test_a_selection_in_one_data_set_means_nothing_in_another(mapped, show):
    page = show(mapped("clothes", ["T-shirt", "ankle boot"]), mapped("digits", ["zero", "one", "two"]))
    page.evaluate("softsilMap.panes[0].select(['1', '2'])")
    expect(page.locator(".selection figure")).to_have_count(2)
    assert page.evaluate(f"softsilMap.panes.map({BRIGHT})") == [2, POINTS]


def test_runs_with_the_same_classes_share_one_legend(mapped, show):
    page = show(mapped("one", ["a", "b"]), mapped("two", ["a", "b"]))
    expect(page.locator(".legend button")).to_have_text(["a", "b"])


def test_the_chosen_map_stands_in_the_address(mapped, show):
    recorder = mapped("asked", ["a", "b"])
    page = show(recorder)
    page.locator('select[name="method"]').select_option(SPECIAL)
    page.wait_for_url(lambda url: f"map={SPECIAL}" in url, timeout=TIMEOUT_MS)
    again = show(recorder, asked=f"&map={SPECIAL}")
    assert again.evaluate("[softsilMap.panes[0].frame.key, softsilMap.shared.dims]") == [SPECIAL, 3]


@pytest.mark.parametrize("asked", ["umap-2d-00000000", "__proto__"])
def test_an_address_that_asks_for_a_map_that_no_run_has_gets_the_usual_one(mapped, show, asked):
    page = show(mapped("usual", ["a", "b"]), asked=f"&map={asked}")
    assert page.evaluate("softsilMap.panes[0].frame.key") == KEY
    expect(page.locator('select[name="method"]')).to_have_value("auto")
