"""The live map over frames written here: no projector and no training, so what it shows is known exactly."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter

TIMEOUT_MS = 60_000
POINTS = 90
MARKUP = "<img src=x onerror=window.broken=1>"
NAMES = ["cat", MARKUP, "owl"]
LABELS = np.arange(POINTS) % 3


def layout(epoch: int) -> np.ndarray:
    """Three blobs that drift apart."""
    spots = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[LABELS]
    noise = np.random.default_rng(0).normal(scale=0.3, size=(POINTS, 2))
    return (spots * (1 + epoch / 4) + noise).astype(np.float32)


def write_frame(recorder: RunWriter, epoch: int, method: str = "umap", trust: float = 0.97) -> None:
    paths, key = recorder.paths, f"{method}-2d-0a1b2c3d"
    write_json(paths.projection(key) / "config.json", {"schema": 1, "method": method, "dims": 2})
    write_array(paths.silhouettes(epoch), np.linspace(-1, 1, POINTS, dtype=np.float32))
    write_array(paths.predictions(epoch), LABELS.astype(np.int32))
    write_json(paths.frame_quality(key, epoch), {"epoch": epoch, "method": method, "trustworthiness": trust})
    write_array(paths.frame(key, epoch), layout(epoch))


@pytest.fixture
def mapping(server) -> Iterator[Callable[..., RunWriter]]:
    """Starts a run with frames for the given epochs."""
    opened = []

    def start(name: str, epochs: int, method: str = "umap") -> RunWriter:
        images = np.random.default_rng(1).integers(0, 256, (POINTS, 8, 8), dtype=np.uint8)
        recorder = RunWriter(name, labels=LABELS, class_names=NAMES, thumbnails=images, root=server.runs)
        recorder.progress(epochs=20, force=True)
        opened.append(recorder)
        for epoch in range(epochs):
            write_frame(recorder, epoch, method)
        return recorder

    yield start
    for recorder in opened:
        recorder.close()


@pytest.fixture
def show(open_page) -> Callable[..., Page]:
    """Opens Live for runs and waits until each shows the epoch."""

    def visit(*recorders: RunWriter, epoch: int, **settings: object) -> Page:
        page = open_page(f"/live?runs={','.join(recorder.run_id for recorder in recorders)}", **settings)
        wait_for_epoch(page, epoch, len(recorders))
        return page

    return visit


def wait_for_epoch(page: Page, epoch: int, maps: int = 1) -> None:
    expect(page.locator(f'.pane[data-epoch="{epoch}"]')).to_have_count(maps, timeout=TIMEOUT_MS)


def point_at(page: Page, row: int, pane: int = 0) -> tuple[float, float]:
    """Where a sample is on the window, once nothing glides any more."""
    page.wait_for_function(
        "() => !softsilMap.pending && softsilMap.panes.every((pane) => pane.progress(performance.now()) === 1)",
        timeout=TIMEOUT_MS,
    )
    x, y = page.evaluate(
        """async ([pane, row]) => {
          const { toScreen } = await import("/softsil/assets/pure.js");
          const shown = softsilMap.panes[pane], p = shown.frame.points, box = shown.over.getBoundingClientRect();
          const [x, y] = toScreen(p[3 * row], p[3 * row + 1], p[3 * row + 2], shown.view());
          return [box.x + x, box.y + y];
        }""",
        [pane, row],
    )
    return x, y


def lasso_class(page: Page, label: int) -> None:
    """Draw a lasso around the blob of one class, in the first map."""
    spots = [point_at(page, int(row)) for row in np.flatnonzero(label == LABELS)]
    (left, top), (right, bottom) = np.min(spots, axis=0) - 6, np.max(spots, axis=0) + 6
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=3)
    page.mouse.up()
    page.get_by_role("button", name="Lasso").click()


def selected(page: Page) -> list[int]:
    return sorted(int(sample) for sample in page.evaluate("() => [...(softsilMap.shared.selection ?? [])]"))


def test_zoom_lasso_and_legend_survive_a_new_frame(mapping, show):
    recorder = mapping("kept", 3)
    page = show(recorder, epoch=2)
    lasso_class(page, 0)
    page.locator(".legend button", has_text="owl").click()
    page.mouse.move(*point_at(page, 0))
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => softsilMap.shared.camera.zoom > 1.2", timeout=TIMEOUT_MS)
    camera = page.evaluate("() => ({...softsilMap.shared.camera})")
    page.evaluate("() => { softsilMap.wasHere = true; }")
    write_frame(recorder, 3)
    wait_for_epoch(page, 3)
    assert page.evaluate("() => softsilMap.wasHere")
    assert page.evaluate("() => ({...softsilMap.shared.camera})") == camera
    assert selected(page) == np.flatnonzero(LABELS == 0).tolist()
    expect(page.locator('.legend button[aria-pressed="true"]')).to_have_text(["owl"])
    assert float(page.locator(".pane").get_attribute("data-moved")) > 0


def test_a_lasso_selects_the_same_samples_in_every_map(mapping, show, screenshot):
    page = show(mapping("left", 2), mapping("right", 2), epoch=1)
    lasso_class(page, 2)
    expect(page.get_by_text("30 selected")).to_be_visible(timeout=TIMEOUT_MS)
    assert selected(page) == np.flatnonzero(LABELS == 2).tolist()
    alphas = "(pane) => softsilMap.colorsOf(pane).filter((value, i) => i % 4 === 3)"
    bright = page.evaluate(f"() => softsilMap.panes.map({alphas}).map((all) => all.filter((a) => a > 100).length)")
    assert bright == [30, 30]
    screenshot(page, "map-lasso")
    page.locator(".softsil-map").press("Escape")
    expect(page.get_by_text("30 selected")).to_have_count(0)


def test_two_runs_with_the_same_frames_overlay_exactly(mapping, show):
    page = show(mapping("one", 2), mapping("two", 2), epoch=1)
    for row in (0, 40, 89):
        first, second = point_at(page, row, 0), point_at(page, row, 1)
        boxes = [page.locator(".over").nth(pane).bounding_box() for pane in (0, 1)]
        inside = [(x - box["x"], y - box["y"]) for (x, y), box in zip((first, second), boxes, strict=True)]
        assert inside[0] == pytest.approx(inside[1], abs=0.01)


def test_a_shorter_run_shows_its_last_epoch_beside_a_longer_one(mapping, open_page):
    long, short = mapping("long", 6), mapping("short", 3)
    page = open_page(f"/live?runs={long.run_id},{short.run_id}")
    expect(page.locator(f'.pane[data-run="{long.run_id}"]')).to_have_attribute("data-epoch", "5", timeout=TIMEOUT_MS)
    expect(page.locator(f'.pane[data-run="{short.run_id}"]')).to_have_attribute("data-epoch", "2", timeout=TIMEOUT_MS)
    expect(page.get_by_role("slider", name="Epoch")).to_have_attribute("max", "5")


def test_pca_is_a_preview_until_umap_comes(mapping, show):
    recorder = mapping("young", 2, method="pca")
    page = show(recorder, epoch=1)
    expect(page.get_by_text("PCA preview")).to_be_visible()
    write_frame(recorder, 1, "umap")
    expect(page.locator('.pane[data-method="umap"]')).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("PCA preview")).to_have_count(0)


def test_space_plays_from_the_start_to_the_newest_epoch_and_arrows_step(mapping, show):
    page = show(mapping("played", 4), epoch=3)
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowLeft")
    wait_for_epoch(page, 2)
    slider.press("ArrowRight")
    wait_for_epoch(page, 3)
    page.evaluate("() => { softsilMap.seen = []; }")
    page.evaluate(
        "() => new MutationObserver(() => softsilMap.seen.push(softsilMap.root.dataset.epoch))"
        ".observe(softsilMap.root, { attributeFilter: ['data-epoch'] })"
    )
    slider.press("Space")
    page.wait_for_function(
        "() => !softsilMap.shared.playing && softsilMap.seen.at(-1) === '3' && softsilMap.seen.length > 1",
        timeout=TIMEOUT_MS,
    )
    assert page.evaluate("() => softsilMap.seen[0]") == "0"


def test_a_point_under_the_pointer_is_described_and_ringed_in_every_map(mapping, show, screenshot):
    page = show(mapping("here", 2), mapping("there", 2), epoch=1, scheme="dark")
    page.mouse.move(*point_at(page, 1))
    tip = page.locator(".tip:visible")
    expect(tip).to_contain_text(f"{MARKUP}sample 1predicted {MARKUP}silhouette -0.98", timeout=TIMEOUT_MS)
    assert page.evaluate("() => softsilMap.panes.every((pane) => pane.shared.hovered === '1')")
    stage, box = page.locator(".stage").first.bounding_box(), tip.bounding_box()
    assert box["x"] >= stage["x"]
    screenshot(page, "map-hover-dark")


def test_a_class_name_with_markup_stays_text(mapping, show):
    page = show(mapping("markup", 1), epoch=0)
    expect(page.locator(".legend button", has_text=MARKUP)).to_be_visible()
    page.mouse.move(*point_at(page, 1))
    expect(page.locator(".tip:visible b")).to_have_text(MARKUP, timeout=TIMEOUT_MS)
    assert page.locator(".softsil-map img").count() == 0
    assert page.evaluate("() => window.broken") is None


def test_a_distorted_map_says_so(mapping, show):
    recorder = mapping("distorted", 1)
    page = show(recorder, epoch=0)
    write_frame(recorder, 1, trust=0.8)
    wait_for_epoch(page, 1)
    expect(page.locator(".quality.low")).to_contain_text("distorts")


def test_the_quality_of_a_map_appears_once_it_was_measured(mapping, show):
    run = mapping("a", epochs=1)
    quality = run.paths.frame_quality("umap-2d-0a1b2c3d", 0)
    write_json(quality, {"epoch": 0, "method": "umap"})
    page = show(run, epoch=0)
    expect(page.locator(".quality .long")).to_be_empty()
    write_json(quality, {"epoch": 0, "method": "umap", "trustworthiness": 0.97})
    expect(page.locator(".quality .long")).to_have_text("map faithful (97 %)", timeout=20_000)


def test_without_webgl_the_map_is_drawn_plainly_and_says_so(mapping, open_page):
    recorder = mapping("plain", 2)
    page = open_page("/losses")
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };"
    )
    page.goto(f"{page.url.split('/losses')[0]}/live?runs={recorder.run_id}")
    wait_for_epoch(page, 1)
    expect(page.get_by_text("no WebGL2")).to_be_visible()
    point_at(page, 0)
    inked = """() => {
      const { width, height } = softsilMap.panes[0].points;
      const context = softsilMap.panes[0].points.getContext("2d");
      return context.getImageData(0, 0, width, height).data.some(Boolean);
    }"""
    assert page.evaluate(inked)


def test_nothing_is_fetched_from_outside(mapping, browser, server):
    recorder = mapping("inside", 1)
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{server.url}/live?runs={recorder.run_id}")
    wait_for_epoch(page, 0)
    page.close()
    assert {url for url in asked if not url.startswith((server.url, "data:", "blob:"))} == set()
