"""The app on a free loopback port and its Live page in Chromium, for the benchmark of the live map."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.view_scripts import WATCH

ROOT = Path(__file__).parents[1]
WAIT_MS = 60_000
# A projector that starts on a machine for the first time compiles before its first UMAP frame.
COMPILATION_MS = 240_000
# Chromium falls back to WebGL in software by itself. Asking for it (--use-angle=swiftshader) would put the whole page
# together in software GL too, and every picture would take several times as long.
ARGUMENTS = ["--no-sandbox"]


@contextmanager
def served(runs: Path) -> Iterator[str]:
    """The app over ``runs``; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SOFTSIL_RUNS": str(runs)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_answer(f"{url}/_stcore/health")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        _end_services(runs)


def _wait_for_answer(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _end_services(runs: Path) -> None:
    import psutil

    # The projector outlives the app on purpose, but not the folder it serves.
    for process in psutil.process_iter(["cmdline"]):
        if str(runs) in (process.info["cmdline"] or []):
            process.kill()


@contextmanager
def opened(browser: Browser, url: str, run_ids: Sequence[str]) -> Iterator[Page]:
    """Live with the maps of these runs, on UMAP; ``window.painted`` then tells when each epoch was first seen."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{url}/live?runs={','.join(run_ids)}")
    page.wait_for_function(
        "(n) => window.softsilMap?.panes.length === n && window.softsilMap.shown.method() === 'umap' "
        "&& window.softsilMap.panes.every((pane) => pane.frame?.key.startsWith('umap'))",
        arg=len(run_ids),
        timeout=COMPILATION_MS,
    )
    page.evaluate(WATCH)
    yield page
    page.close()


def painted_at(page: Page, epoch: int) -> float:
    """Unix seconds at which the first picture of ``epoch`` was on the screen; waits for it."""
    page.wait_for_function("(epoch) => epoch in window.painted", arg=epoch, timeout=WAIT_MS)
    return float(page.evaluate("(epoch) => window.painted[epoch]", epoch)) / 1000
