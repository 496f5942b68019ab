"""Taking a run back to an epoch, so that a resumed run continues one history without gaps or duplicates."""

from __future__ import annotations

import json
from pathlib import Path

from softsil.runs.files import read_json_lines, write_bytes
from softsil.runs.paths import RunPaths, epochs_in


def rewind(paths: RunPaths, epoch: int) -> None:
    """Drop everything recorded after ``epoch`` (−1: everything), stale temporary files and torn lines.

    Only for the holder of the run's lock.
    """
    rows, _ = read_json_lines(paths.metrics)
    kept = [row for row in rows if isinstance(row.get("epoch"), int) and row["epoch"] <= epoch]
    write_bytes(paths.metrics, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept).encode())
    for folder, file_of in (
        (paths.embeddings_folder, paths.embeddings),
        (paths.predictions(0).parent, paths.predictions),
        (paths.silhouettes(0).parent, paths.silhouettes),
    ):
        for late in epochs_in(folder):
            if late > epoch:
                file_of(late).unlink(missing_ok=True)
    _drop_frames(paths, epoch)
    _sweep_temporary_files(paths)


def _drop_frames(paths: RunPaths, epoch: int) -> None:
    projections: list[Path] = list(paths.projections.iterdir()) if paths.projections.is_dir() else []
    for projection in projections:
        for late in epochs_in(projection):
            if late > epoch:
                (projection / f"frame_{late:05d}.npy").unlink(missing_ok=True)
                (projection / f"frame_{late:05d}.json").unlink(missing_ok=True)


def _sweep_temporary_files(paths: RunPaths) -> None:
    # Not in projections: the projector may be writing there this very moment.
    for folder in (
        paths.folder,
        paths.embeddings_folder,
        paths.predictions(0).parent,
        paths.silhouettes(0).parent,
    ):
        for stale in folder.glob(".*.tmp-*"):
            stale.unlink(missing_ok=True)
