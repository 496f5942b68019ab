"""One real server and one real Chromium for all browser tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
START_SECONDS = 60.0
# Chromium falls back to WebGL in software by itself; asking for it makes every picture several times slower.
CHROMIUM_ARGUMENTS = ["--no-sandbox"]


@dataclass(frozen=True)
class Server:
    """A running app: its address and its runs folder."""

    url: str
    runs: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    # Last: once started, Playwright keeps an event loop running in this thread, and the quick tests come first.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def chromium() -> str | None:
    named = os.environ.get("SOFTSIL_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found if found and Path(found).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        reason = "no Chromium found: install it (apt-get install chromium) or name one in SOFTSIL_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a free loopback port over a runs folder of its own; after the browser, so as not to start in vain."""
    runs = tmp_path_factory.mktemp("runs")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "SOFTSIL_RUNS": str(runs)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for_answer(process, url, log)
        yield Server(url, runs)
    finally:
        process.terminate()
        end_services(runs)
        process.wait(timeout=20)


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens an address of the app in a window of its own; fails the test on any error in the browser's console."""
    contexts = []
    errors: list[str] = []

    def visit(path: str, *, size: tuple[int, int] = (1366, 768), scheme: str = "light") -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Stores what a page shows, for people to look at."""

    def store(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return store


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_answer(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"the app did not answer:\n{log.read_text(errors='replace')}")


def end_services(runs: Path) -> None:
    """End the supervisor, the projector and the jobs of this runs folder: they outlive the app on purpose."""
    ours = [process for process in psutil.process_iter(["cmdline"]) if _serves(process, runs)]
    for process in ours:
        process.kill()
    psutil.wait_procs(ours, timeout=10)


def _serves(process: psutil.Process, runs: Path) -> bool:
    return any(part == str(runs) or part.startswith(f"{runs}{os.sep}") for part in process.info["cmdline"] or [])
