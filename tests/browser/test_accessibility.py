"""axe-core finds no serious fault on any page, light or dark, with runs to show."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from softsil.runs.writer import RunWriter

TIMEOUT_MS = 60_000
GRAVE = ("serious", "critical")
# The address of a page is its file's name; the start page's is empty.
PAGES = sorted(page.stem.removeprefix("home") for page in Path(__file__).parents[2].glob("pages/*/*.py"))


@pytest.fixture
def runs(server) -> list[str]:
    """Two finished runs."""
    labels = np.arange(60) % 5
    run_ids = []
    for name in ("one", "two"):
        with RunWriter(name, labels=labels, root=server.runs, experiment="axe", config={"data": {"name": "x"}}) as run:
            run_ids.append(run.run_id)
            for epoch in range(3):
                noise = np.random.default_rng(epoch).normal(size=(60, 8))
                run.log(epoch, np.eye(8)[labels] * epoch + noise, predictions=labels)
                run.log(epoch, split="validation", accuracy=0.5 + epoch / 10, loss=1.0)
                run.log(epoch, loss=1.0, **{"term/ce": 1.0})
    return run_ids


def settle(page: Page) -> None:
    """Wait until the script has run and drawn."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=TIMEOUT_MS)
    page.wait_for_load_state("networkidle")


def faults(page: Page) -> list[str]:
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor")


@pytest.mark.parametrize("path", PAGES)
def test_no_serious_fault(open_page: Callable[..., Page], runs: list[str], path: str) -> None:
    page = open_page(f"/{path}?runs={','.join(runs)}", size=(1280, 720), scheme="light")
    settle(page)
    light = background(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor !== light",
        arg=light,
        timeout=TIMEOUT_MS,
    )
    settle(page)
    assert faults(page) == []
