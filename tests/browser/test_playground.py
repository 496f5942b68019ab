"""The playground's main path: the tour, playing, choosing a point, moving one, and the link that opens it again."""

from playwright.sync_api import Page, expect

TIMEOUT_MS = 60_000
READY = "window.softsilPlayground?.sides[0]?.canvas.dataset.moving === 'false'"


def test_the_tour_plays_and_a_link_opens_what_was_moved(open_page, server, screenshot):
    page = open_page("/playground?scene=1", size=(1280, 720))
    page.wait_for_function(READY, timeout=TIMEOUT_MS)
    before = page.evaluate("softsilPlayground.sides[0].points()")
    page.get_by_role("button", name="▶ Play").click()
    page.wait_for_function("softsilPlayground.data.planes[0].frames.length === 61", timeout=TIMEOUT_MS)
    page.wait_for_function(READY, timeout=TIMEOUT_MS)
    assert page.evaluate("softsilPlayground.sides[0].points()") != before
    expect(page.get_by_text("60 steps").first).to_be_visible()
    page.evaluate("softsilPlayground.choose(3)")
    page.wait_for_function("softsilPlayground.data.planes.every(plane => plane.landscape)", timeout=TIMEOUT_MS)
    screenshot(page, "playground")
    drag_first_point(page)
    page.wait_for_url(lambda url: "points=overlapping" not in url, timeout=TIMEOUT_MS)
    again = open_page(page.url.removeprefix(server.url), size=(1280, 720))
    again.wait_for_function(READY, timeout=TIMEOUT_MS)
    opened = again.evaluate("softsilPlayground.sides[0].points()")
    same = "points => JSON.stringify(softsilPlayground.sides[0].points()) === JSON.stringify(points)"
    page.wait_for_function(same, arg=opened, timeout=TIMEOUT_MS)
    assert again.evaluate("softsilPlayground.data.planes[1].title") == "Soft Silhouette"


def test_the_next_scene_brings_its_own_losses(open_page, server):
    page = open_page("/playground?scene=1", size=(1280, 720))
    page.wait_for_function(READY, timeout=TIMEOUT_MS)
    page.get_by_role("button", name="Next", exact=True).click()
    page.wait_for_function("softsilPlayground.data.planes[0].title === 'Center'", timeout=TIMEOUT_MS)
    expect(page.get_by_role("combobox", name="Loss left")).to_have_value("Center", timeout=TIMEOUT_MS)


def drag_first_point(page: Page) -> None:
    canvas = page.locator(".playground canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = page.evaluate(
        "(() => { const side = softsilPlayground.sides[0]; const { width, height } = side.size();"
        " const unit = Math.min(width, height) / 6; const [x, y] = side.points()[0];"
        " return [width / 2 + x * unit, height / 2 - y * unit]; })()"
    )
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] + x + 40, box["y"] + y - 30, steps=4)
    # In the hand, points have the arrows of where they are.
    page.wait_for_function("softsilPlayground.sides[0].felt?.length === 60", timeout=TIMEOUT_MS)
    page.mouse.up()
