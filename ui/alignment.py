"""Whether the maps of runs lie over each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from softsil.projection.registry import default_projections
from softsil.runs.reader import RunReader

NOT_ALIGNED = (
    "These maps are not aligned: the runs watch different samples, or were drawn apart. Places on one map mean nothing "
    "on another."
)


def are_aligned(run_ids: Sequence[str], root: Path | None = None) -> bool:
    """Whether the maps, as far as they are drawn, have one reference run.

    Args:
        run_ids: the runs.
        root: the runs folder.
    """
    readers = [RunReader(run_id, root) for run_id in run_ids]
    for projection in default_projections():
        named = {reader.projection_config(projection.key).get("reference") for reader in readers}
        if len(named - {None}) > 1:
            return False
    return True
