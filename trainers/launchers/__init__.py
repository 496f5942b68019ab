"""Launching runs: what pages and the command line call."""

from trainers.launchers.local import delete, ensure_services, launch, queue_position, resume, stop

__all__ = ["delete", "ensure_services", "launch", "queue_position", "resume", "stop"]
