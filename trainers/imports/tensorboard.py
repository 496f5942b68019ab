"""Scalars out of TensorBoard event files: older trainings beside new ones, in the same curves."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from softsil.integrations.tags import by_split
from softsil.runs.writer import RunWriter
from trainers.errors import ImportFailedError
from trainers.exports.registry import need


def import_tensorboard(folder: Path, root: Path) -> list[str]:
    """Make a run of every folder with event files in ``folder`` or below it.

    A tag such as ``val/acc`` or ``acc/val`` becomes ``accuracy`` of the validation split; the step of the event becomes
    the epoch.

    Args:
        folder: what ``tensorboard --logdir`` is given.
        root: the runs folder.

    Returns:
        The ids of the new runs.

    Raises:
        ImportFailedError: there are no event files, or none holds scalars.
        LaunchError: the package tensorboard is not installed.
    """
    need("tensorboard", "tensorboard")
    folders = sorted({path.parent for path in folder.rglob("*tfevents*")})
    if not folders:
        raise ImportFailedError(f"there are no TensorBoard event files in {folder}; name the folder given to --logdir")
    rows = {place: _rows(place) for place in folders}
    run_ids = [_record(place, folder, found, root) for place, found in rows.items() if found]
    if not run_ids:
        raise ImportFailedError(f"the event files in {folder} hold no scalars")
    return run_ids


def _rows(folder: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """Values by name, for each step and split."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    values = [(event.step, tag, event.value) for tag in events.Tags()["scalars"] for event in events.Scalars(tag)]
    values += [  # how TensorFlow 2 writes scalars
        (event.step, tag, tensor_util.make_ndarray(event.tensor_proto))
        for tag in events.Tags()["tensors"]
        for event in events.Tensors(tag)
    ]
    rows: defaultdict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
    for step, tag, value in values:
        for split, named in by_split({tag: value}).items():
            rows[step, split] |= named
    return dict(rows)


def _record(place: Path, folder: Path, rows: dict[tuple[int, str], dict[str, Any]], root: Path) -> str:
    inside = place.relative_to(folder)
    name = str(inside) if inside.parts else folder.name
    with RunWriter(name, root=root, config={"imported_from": "TensorBoard"}, experiment=folder.name) as writer:
        for (step, split), values in sorted(rows.items()):
            writer.log(step, split=split, **values)
        return writer.run_id
