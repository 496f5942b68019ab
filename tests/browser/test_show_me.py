import pytest
from playwright.sync_api import Page, expect

DEADLINE_MS = 90_000

pytestmark = pytest.mark.slow

# Remembers the first epoch that each map showed; true once every map has gone on from there.
BOTH_MOVED = """
() => {
  const find = (root) => [
    ...root.querySelectorAll(".pane"),
    ...[...root.querySelectorAll("*")].flatMap((element) => element.shadowRoot ? find(element.shadowRoot) : []),
  ];
  const maps = find(document).map((pane) => pane.dataset);
  const first = (window.firstEpochs ??= {});
  maps.forEach((map, i) => { if (map.epoch) first[i] ??= Number(map.epoch); });
  return maps.length === 2 && maps.every((map, i) => Number(map.epoch) > first[i] && Number(map.points) > 100);
}
"""


def chart(page: Page, key: str):
    return page.locator(f'[data-chart="{key}"][data-updates]')


def run_folders(server) -> set[str]:
    return {folder.name for folder in server.runs.iterdir() if not folder.name.startswith(".")}


def test_show_me_opens_live_with_two_moving_maps(open_page, screenshot, server):
    page = open_page("/")
    before = run_folders(server)
    expect(page.get_by_role("button", name="Show me")).to_be_visible(timeout=DEADLINE_MS)
    screenshot(page, "home")
    page.get_by_role("button", name="Show me").dblclick()
    page.wait_for_url("**/live?runs=*", timeout=DEADLINE_MS)
    expect(page.locator(".pane")).to_have_count(2, timeout=DEADLINE_MS)
    page.wait_for_function(BOTH_MOVED, timeout=DEADLINE_MS)
    expect(chart(page, "live_class_bars")).to_be_visible(timeout=DEADLINE_MS)
    expect(chart(page, "live_class_lines")).to_be_visible()
    screenshot(page, "show-me")
    assert len(run_folders(server) - before) == 2, "a double click launches once"
