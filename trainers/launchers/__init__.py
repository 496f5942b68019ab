"""Launching runs: what pages and the command line call."""

from trainers.launchers.control import ensure_services, launch, launch_runs, queue_position, resume, stop
from trainers.launchers.trash import delete, erase, restore, trash

__all__ = [
    "delete",
    "ensure_services",
    "erase",
    "launch",
    "launch_runs",
    "queue_position",
    "restore",
    "resume",
    "stop",
    "trash",
]
