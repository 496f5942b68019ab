"""What people take away from the live map: the selected samples, tables, pictures; and what a visit elsewhere keeps."""

import csv
import io
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from softsil.runs.files import write_array, write_json
from softsil.runs.writer import RunWriter

TIMEOUT_MS = 60_000
SVG = "{http://www.w3.org/2000/svg}"
POINTS = 80
NAMES = ["=cat", "<b>dog</b>"]
LABELS = np.arange(POINTS) % 2
GUESSES = np.where(np.arange(POINTS) < 2, 1 - LABELS, LABELS)
SILHOUETTES = np.linspace(-1, 1, POINTS, dtype=np.float32)
CHOSEN = ["2", "0", "1"]


def write_frame(recorder: RunWriter, epoch: int, dims: int = 2) -> None:
    paths, key = recorder.paths, f"umap-{dims}d-0a1b2c3d"
    spots = np.array([[-3.0, 0.0, 1.0], [3.0, 0.0, -1.0]])[LABELS] + np.random.default_rng(0).normal(size=(POINTS, 3))
    write_json(paths.projection(key) / "config.json", {"schema": 1, "method": "umap", "dims": dims})
    write_array(paths.silhouettes(epoch), SILHOUETTES)
    write_array(paths.predictions(epoch), GUESSES.astype(np.int32))
    write_array(paths.frame(key, epoch), (spots[:, :dims] * (1 + epoch / 9)).astype(np.float32))


@pytest.fixture
def mapped(server) -> Iterator[Callable[..., RunWriter]]:
    """Makes a running run with frames at epochs 0 and 1."""
    opened = []

    def make(name: str, dims: tuple[int, ...] = (2,), *, pictures: bool = True) -> RunWriter:
        images = np.random.default_rng(1).integers(0, 256, (POINTS, 8, 8), dtype=np.uint8)
        recorder = RunWriter(
            name, labels=LABELS, class_names=NAMES, thumbnails=images if pictures else None, root=server.runs
        )
        opened.append(recorder)
        for epoch in (0, 1):
            for count in dims:
                write_frame(recorder, epoch, count)
        return recorder

    yield make
    for recorder in opened:
        recorder.close()


@pytest.fixture
def show(open_page) -> Callable[..., Page]:
    """Opens Live for runs and waits until each shows epoch 1."""

    def visit(*recorders: RunWriter, **settings: object) -> Page:
        page = open_page(f"/live?runs={','.join(recorder.run_id for recorder in recorders)}", **settings)
        expect(page.locator('.pane[data-epoch="1"]')).to_have_count(len(recorders), timeout=TIMEOUT_MS)
        return page

    return visit


def select(page: Page, ids: list[str]) -> None:
    page.evaluate("(ids) => softsilMap.select(ids)", ids)


def stage_size(page: Page) -> list[float]:
    return page.evaluate("() => { const s = softsilMap.panes[0].stage; return [s.clientWidth, s.clientHeight]; }")


def test_selected_samples_are_shown_worst_silhouette_first_and_the_map_stays_as_it_was(mapped, show, screenshot):
    page = show(mapped("one"), mapped("two"))
    before = stage_size(page)
    select(page, CHOSEN)
    figures = page.locator(".selection figure")
    expect(figures).to_have_text(["=cat→ <b>dog</b>-1.00", "<b>dog</b>→ =cat-0.97", "=cat-0.95"])
    expect(page.locator(".selection figure.wrong")).to_have_count(2)
    expect(figures.first).to_have_attribute("title", "=cat\nsample 0\n" + "\n".join(
        f"{name}: predicted <b>dog</b>, silhouette -1.00" for name in ("one", "two")
    ))  # fmt: skip
    assert page.locator(".selection b").count() == 0
    assert stage_size(page) == before
    screenshot(page, "map-selection")
    page.locator(".softsil-map").press("Escape")
    expect(page.locator(".selection")).to_be_hidden()


def test_the_strip_shows_sixty_pictures_at_most_and_counts_the_rest(mapped, show):
    page = show(mapped("many"))
    select(page, [str(sample) for sample in range(POINTS)])
    expect(page.locator(".selection figure")).to_have_count(60)
    expect(page.locator(".selection")).to_contain_text("and 20 more")


def test_samples_without_pictures_are_shown_by_their_names(mapped, show):
    page = show(mapped("plain", pictures=False))
    select(page, CHOSEN)
    expect(page.locator(".selection figure")).to_have_count(3)
    expect(page.locator(".selection .thumbnail")).to_have_count(0)


def test_pointing_at_a_picture_rings_its_sample_in_every_map(mapped, show):
    page = show(mapped("one"), mapped("two"))
    select(page, CHOSEN)
    page.locator(".selection figure").first.hover()
    page.wait_for_function("() => softsilMap.shared.hovered === '0'", timeout=TIMEOUT_MS)


def test_the_selection_is_saved_as_a_table_with_every_run(mapped, show):
    first, second = mapped("one"), mapped("two")
    page = show(first, second)
    expect(page.get_by_role("button", name="CSV")).to_be_hidden()
    select(page, CHOSEN)
    with page.expect_download(timeout=TIMEOUT_MS) as saved:
        page.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == ["0", "1", "2"] * 2
    assert [row["run_id"] for row in rows] == [first.run_id] * 3 + [second.run_id] * 3
    assert [row["predicted"] for row in rows[:3]] == ["<b>dog</b>", "'=cat", "'=cat"]
    np.testing.assert_allclose([float(row["silhouette"]) for row in rows[:3]], SILHOUETTES[:3], atol=1e-4)
    assert {row["epoch"] for row in rows} == {"1"}


def test_the_maps_are_saved_as_a_picture_and_as_a_drawing_of_what_is_on_the_screen(mapped, show):
    page = show(mapped("one"), mapped("two"))
    with page.expect_download(timeout=TIMEOUT_MS) as saved:
        page.get_by_role("button", name="PNG").click()
    picture = np.asarray(Image.open(saved.value.path()).convert("RGB")).astype(int)
    blue = np.abs(picture - [0x3F, 0x90, 0xDA]).sum(axis=2) < 60
    middle = picture.shape[1] // 2
    assert blue[60:-60, :middle].sum() > 200
    assert blue[60:-60, middle:].sum() > 200
    page.locator('select[name="color"]').select_option("correct")
    page.evaluate("() => { softsilMap.shared.camera.zoom = 100; softsilMap.redraw(); }")
    with page.expect_download(timeout=TIMEOUT_MS) as saved:
        page.get_by_role("button", name="SVG").click()
    drawing = ElementTree.parse(saved.value.path())
    assert [text.text for text in drawing.iter(f"{SVG}text")][-2:] == ["right", "wrong"]
    outside = 2 * POINTS - sum(circle.get("fill").startswith("rgb") for circle in drawing.iter(f"{SVG}circle"))
    assert outside > POINTS


def test_a_map_in_space_is_offered_where_there_is_one_and_turns(mapped, show, screenshot):
    page = show(mapped("flat and spatial", (2, 3)))
    page.get_by_role("button", name="3-D").click()
    page.wait_for_function("() => softsilMap.panes[0].frame.key.includes('-3d-')", timeout=TIMEOUT_MS)
    yaw = page.evaluate("() => softsilMap.shared.camera.yaw")
    box = page.locator(".over").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=4)
    page.mouse.up()
    assert page.evaluate("() => softsilMap.shared.camera.yaw") > yaw + 0.5
    screenshot(page, "map-3d")
    page.get_by_role("button", name="2-D").click()
    page.wait_for_function("() => softsilMap.panes[0].frame.key.includes('-2d-')", timeout=TIMEOUT_MS)


def test_a_map_in_space_is_not_offered_where_there_is_none(mapped, show):
    page = show(mapped("flat"))
    expect(page.get_by_role("button", name="3-D")).to_be_hidden()


def test_leaving_the_page_ends_polling_and_coming_back_finds_zoom_classes_and_selection(mapped, show):
    page = show(mapped("left and found"))
    select(page, CHOSEN)
    page.locator(".legend button").last.click()
    page.evaluate("() => { softsilMap.shared.camera.zoom = 3; window.leftMap = softsilMap; }")
    page.get_by_role("link", name="Losses").click()
    page.wait_for_function("() => window.leftMap.gone", timeout=TIMEOUT_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert not [url for url in asked if "/softsil/runs/" in url]
    page.get_by_role("link", name="Live").click()
    page.wait_for_function(
        "() => softsilMap !== leftMap && softsilMap.panes[0]?.frame && !softsilMap.gone", timeout=TIMEOUT_MS
    )
    expect(page.locator(".selection figure")).to_have_count(3, timeout=TIMEOUT_MS)
    expect(page.locator('.legend button[aria-pressed="true"]')).to_have_count(1)
    assert page.evaluate("() => softsilMap.shared.camera.zoom") == 3


def test_other_runs_open_at_their_newest_epoch_without_what_was_chosen_in_those_before(mapped, show):
    page = show(mapped("looked at"))
    select(page, CHOSEN)
    page.evaluate("() => { softsilMap.seek(0); softsilMap.report(); softsilMap.shared.camera.zoom = 3; }")
    page.wait_for_url("**epoch=0**", timeout=TIMEOUT_MS)
    other = mapped("another")
    page.get_by_role("link", name="Home").click()
    page.locator(f".st-key-recent_{other.run_id} button").click(timeout=TIMEOUT_MS)
    expect(page.locator(f'.pane[data-run="{other.run_id}"]')).to_have_attribute("data-epoch", "1", timeout=TIMEOUT_MS)
    expect(page.locator(".details .hint")).to_be_visible()
    assert page.evaluate("() => softsilMap.shared.camera.zoom") == 1


@pytest.mark.slow
def test_sixty_updates_grow_neither_listeners_nor_elements(mapped, show):
    recorder = mapped("long")
    page = show(recorder)
    session = page.context.new_cdp_session(page)
    before = counters(session)
    for epoch in range(2, 62):
        write_frame(recorder, epoch)
        if epoch % 10 == 1:
            expect(page.locator(f'.pane[data-epoch="{epoch}"]')).to_be_visible(timeout=TIMEOUT_MS)
    after = counters(session)
    assert after["jsEventListeners"] <= before["jsEventListeners"] + 20
    assert after["nodes"] <= before["nodes"] + 100
    assert after["documents"] == before["documents"]


def counters(session) -> dict[str, int]:
    session.send("HeapProfiler.collectGarbage")
    return session.send("Memory.getDOMCounters")


def test_the_neighbors_of_one_selected_sample_are_shown_and_ringed(mapped, show, screenshot):
    recorder = mapped("near")
    spots = np.random.default_rng(3).normal(size=(POINTS, 4)).astype(np.float32)
    write_array(recorder.paths.embeddings(1), spots)
    page = show(recorder, size=(1280, 720))
    select(page, ["5"])
    unit = spots / np.linalg.norm(spots, axis=1, keepdims=True)
    expected = [str(row) for row in np.argsort(-(unit @ unit[5]), kind="stable") if row != 5][:8]
    figures = page.locator(".neighbors figure")
    expect(figures).to_have_count(8)
    assert figures.evaluate_all("figures => figures.map(figure => figure.dataset.sample)") == expected
    assert page.evaluate("softsilMap.panes[0].ringed.map(String)") == expected
    box = figures.last.bounding_box()
    assert box["y"] + box["height"] <= 720
    screenshot(page, "map-neighbors")
    select(page, ["5", "6"])
    expect(page.locator(".neighbors")).to_be_hidden()
    assert page.evaluate("softsilMap.panes[0].ringed") == []


def test_a_click_on_one_of_several_selected_samples_shows_its_neighbors_and_keeps_the_selection(mapped, show):
    recorder = mapped("clicked")
    write_array(recorder.paths.embeddings(1), np.random.default_rng(3).normal(size=(POINTS, 4)).astype(np.float32))
    page = show(recorder)
    select(page, CHOSEN)
    page.locator(".selection figure").first.click()
    expect(page.locator(".neighbors figure")).to_have_count(8)
    expect(page.locator(".selection figure.focused")).to_have_attribute("data-sample", "0")
    expect(page.locator(".selection figure")).to_have_count(3)
    page.locator(".selection figure").first.press("Enter")
    expect(page.locator(".neighbors")).to_be_hidden()


def test_a_map_with_settings_of_its_own_can_be_chosen_and_chosen_again_after_a_visit(mapped, show):
    recorder = mapped("settings")
    paths, key = recorder.paths, "umap-3d-0b1b2c3d"
    write_json(paths.projection(key) / "config.json", {"method": "umap", "dims": 3, "n_neighbors": 30})
    write_array(paths.frame(key, 1), np.random.default_rng(0).normal(size=(POINTS, 3)).astype(np.float32))
    page = show(recorder)
    choice = page.locator('select[name="method"]')
    choice.select_option(label="UMAP 3-D: 30 neighbors")
    page.wait_for_function(f"softsilMap.panes[0].frame.key === '{key}'")
    assert page.evaluate("softsilMap.shared.dims") == 3
    choice.select_option(label="automatic")
    page.wait_for_function("softsilMap.panes[0].frame.key === 'umap-2d-0a1b2c3d'")


def test_a_map_that_was_asked_for_is_shown_as_soon_as_it_comes_and_can_be_left_again(mapped, show):
    recorder, key = mapped("asked"), "umap-2d-0b1b2c3d"
    page = show(recorder)
    ask = "asked => softsilMap.update({ ...softsilMap.component, data: { ...softsilMap.component.data, asked } })"
    page.evaluate(ask, key)
    write_json(recorder.paths.projection(key) / "config.json", {"method": "umap", "dims": 2, "n_neighbors": 30})
    write_array(recorder.paths.frame(key, 1), np.random.default_rng(0).normal(size=(POINTS, 2)).astype(np.float32))
    page.wait_for_function(f"softsilMap.panes[0].frame.key === '{key}'", timeout=TIMEOUT_MS)
    page.locator('select[name="method"]').select_option(label="automatic")
    page.wait_for_function("softsilMap.panes[0].frame.key === 'umap-2d-0a1b2c3d'", timeout=TIMEOUT_MS)
    page.evaluate(ask, key)
    assert page.evaluate("softsilMap.shared.wanted") == "auto"


def test_points_of_several_parts_of_the_data_can_be_colored_by_it(server, show):
    parts = np.where(np.arange(POINTS) % 4 == 0, "train", "validation")
    with RunWriter("parts", labels=LABELS, class_names=NAMES, split=parts, root=server.runs) as recorder:
        for epoch in (0, 1):
            write_frame(recorder, epoch)
    page = show(recorder)
    page.locator('select[name="color"]').select_option("split")
    expect(page.locator(".legend")).to_have_text("trainvalidation")
    page.wait_for_url("**color=split**", timeout=TIMEOUT_MS)
    page.reload()
    expect(page.locator(".legend")).to_have_text("trainvalidation", timeout=TIMEOUT_MS)
    colors = page.evaluate("[...softsilMap.colorsOf(softsilMap.panes[0])]")
    seen = {tuple(colors[4 * i : 4 * i + 3]): parts[i] for i in range(POINTS)}
    assert sorted(seen.values()) == ["train", "validation"]
