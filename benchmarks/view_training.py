"""From the end of an epoch to the screen: recording, projector, polling and drawing in one number."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

from benchmarks.projection_sequence import training_sequence
from benchmarks.view_server import opened, painted_at
from softsil.projection.registry import parse_projection
from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter

COLUMNS = ("N", "data", "epoch_end_to_painted_ms", "worst_ms", "recording_ms", "projecting_ms")


def measure_training(browser: Browser, url: str, runs: Path, points: int, updates: int) -> dict[str, Any]:
    """One row: embeddings of a training are recorded as a job does, the app's own projector draws them.

    Args:
        browser: Chromium.
        url: the app.
        runs: its runs folder.
        points: how many watched samples.
        updates: epochs that are timed.
    """
    sequence, data = training_sequence(points, updates + 1)
    key = parse_projection("umap").key
    latency, recording, projecting = [], [], []
    with RunWriter(f"training, {points} points", labels=_labels(points), root=runs) as recorder:
        recorder.progress(epochs=updates, force=True)
        recorder.log(0, sequence[0])
        reader = RunReader(recorder.run_id, runs)
        with opened(browser, url, [recorder.run_id]) as page:
            for epoch, embeddings in enumerate(sequence[1:], start=1):
                ended = time.time()
                recorder.log(epoch, embeddings)
                recording.append(time.time() - ended)
                latency.append(painted_at(page, epoch) - ended)
                projecting.append(reader.frame_quality(key, epoch)["seconds"])
                # Not always at the same moment of the half second between two looks at the folder.
                page.wait_for_timeout(900 + 137 * (epoch % 4))
    return {
        "N": points,
        "data": data.partition(";")[0],
        "epoch_end_to_painted_ms": round(1000 * statistics.median(latency)),
        "worst_ms": round(1000 * max(latency)),
        "recording_ms": round(1000 * statistics.median(recording)),
        "projecting_ms": round(1000 * statistics.median(projecting)),
    }


def _labels(points: int) -> NDArray[np.int64]:
    """Classes of the points of :func:`benchmarks.projection_sequence.training_sequence`."""
    from sklearn.datasets import load_digits

    classes: NDArray[np.int64] = load_digits(return_X_y=True)[1].astype(np.int64)
    return classes[np.arange(points) % len(classes)]
