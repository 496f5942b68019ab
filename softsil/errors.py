"""Errors that a caller can act on; each message says what is wrong, where, and what would be right.

SoftsilError
├── UnknownNameError       a registry has no entry of that name
├── InvalidRunIdError      not the id of a run
├── RunNotFoundError       no folder for that run id
├── RunBusyError           another process writes this run
├── InvalidNotesError      a name, tag or note that does not fit
└── UnreadableFileError    a file of a run is missing, torn or of the wrong shape
"""

from __future__ import annotations


class SoftsilError(Exception):
    """Base of all errors that softsil raises on purpose."""


class UnknownNameError(SoftsilError, KeyError):
    """A registry has no entry of that name."""

    def __str__(self) -> str:
        # KeyError would print the repr of the message.
        return str(self.args[0])


class InvalidObjectiveError(SoftsilError, ValueError):
    """A loss recipe or one of its settings cannot be used."""


class InvalidRunIdError(SoftsilError, ValueError):
    """The text is not a run id."""


class RunNotFoundError(SoftsilError, FileNotFoundError):
    """There is no folder for that run id."""


class RunBusyError(SoftsilError, RuntimeError):
    """Another living process holds the lock of this run."""


class InvalidNotesError(SoftsilError, ValueError):
    """A name, tag or note of a run is too long, or there are too many of them."""


class UnreadableFileError(SoftsilError, ValueError):
    """A file of a run is missing, torn, or does not hold what its name promises."""
