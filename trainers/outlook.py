"""When waiting runs will have ended: the queue played through with what is known of their duration."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from softsil.errors import SoftsilError
from softsil.runs.paths import RunPaths, runs_root
from softsil.runs.reader import list_runs
from softsil.runs.status import RunStatus, State, read_status
from trainers.config import RunConfig, read_run
from trainers.estimate import estimate_seconds
from trainers.launchers.queue import LOCAL, queued
from trainers.slots import Slot, slots_for, slots_needed

Duration = Callable[[RunConfig], float | None]


def expected_ends(root: str | Path | None = None, duration: Duration | None = None) -> dict[str, float]:
    """Seconds from now until each waiting run will have ended; those are left out of which nothing is known.

    Args:
        root: the runs folder.
        duration: seconds of a whole run; default :func:`~trainers.estimate.estimate_seconds`.
    """
    folder = runs_root(root)
    waiting = queued(folder, LOCAL)
    if not waiting:
        return {}
    how_long = duration or _remembered(lambda run: estimate_seconds(run, folder).seconds)
    running = [reader.status for reader in list_runs(folder)]
    free_at = _occupied([status for status in running if status.state.needs_process])
    ends: dict[str, float] = {}
    for run_id in waiting:
        end = _end_of(RunPaths(folder, run_id), folder, free_at, how_long)
        if end is None:
            break  # whatever comes after it waits for an unknown time
        ends[run_id] = end
    return ends


def _remembered(duration: Duration) -> Duration:
    """Asks once for runs that differ in seed and name only: an estimate reads the histories of many runs."""
    known: dict[str, float | None] = {}

    def ask(run: RunConfig) -> float | None:
        key = run.model_dump_json(exclude={"seed", "name", "experiment"})
        if key not in known:
            known[key] = duration(run)
        return known[key]

    return ask


def _occupied(running: list[RunStatus]) -> dict[str, list[float]]:
    """When the slots of each device that are taken now become free."""
    free_at: dict[str, list[float]] = {}
    for status in running:
        for device in str(status.device).split(", "):  # a run of several processes names the card of each
            free_at.setdefault(device, []).append(status.seconds_left or 0.0)
    return free_at


def _end_of(paths: RunPaths, root: Path, free_at: dict[str, list[float]], how_long: Duration) -> float | None:
    try:
        run, status = read_run(paths), read_status(paths)
        slots = slots_for(run.device, root)
        needed = slots_needed(slots, run.processes)
    except SoftsilError:
        return None
    whole = how_long(run)
    if whole is None or status.state is not State.QUEUED:
        return None
    lasts = whole * (1 - status.epoch / run.epochs)
    start = 0.0
    devices: list[str] = []
    for _ in range(needed):
        device, free = _earliest(slots, free_at)
        start = max(start, free)
        devices.append(device)
        _take(device, slots, free_at)
    for device in devices:
        free_at[device][free_at[device].index(math.inf)] = start + lasts
    return start + lasts


def _take(device: str, slots: list[Slot], free_at: dict[str, list[float]]) -> None:
    """The slot of ``device`` that becomes free first is ours, until we say when we leave it."""
    taken = free_at.setdefault(device, [])
    if len(taken) >= sum(slot.device == device for slot in slots):
        taken.remove(min(taken))
    taken.append(math.inf)


def _earliest(slots: list[Slot], free_at: dict[str, list[float]]) -> tuple[str, float]:
    """The device on which a slot becomes free first, and when."""
    counts: dict[str, int] = {}
    for slot in slots:
        counts[slot.device] = counts.get(slot.device, 0) + 1
    starts = {
        device: 0.0 if len(free_at.get(device, [])) < count else min(free_at[device])
        for device, count in counts.items()
    }
    return min(starts.items(), key=lambda item: item[1])
