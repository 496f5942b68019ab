"""Errors of the trainers; each message is a sentence for the person who launched the run."""

from __future__ import annotations

from softsil.errors import SoftsilError


class DataError(SoftsilError, ValueError):
    """A data set cannot be used as asked."""


class TrainingDivergedError(SoftsilError, ArithmeticError):
    """The loss stopped being a finite number."""


class StopRequested(Exception):
    """The run was asked to stop."""


class LaunchError(SoftsilError, ValueError):
    """A run cannot be launched, stopped, resumed or deleted as asked."""


class TeamError(SoftsilError, RuntimeError):
    """One of the processes that train a run together is gone, or out of step."""


class ImportFailedError(SoftsilError, ValueError):
    """A file from elsewhere is not what it should be."""
