"""Who may change what: in a read-only app people watch, compare and explore; nothing is started, changed or deleted."""

from __future__ import annotations

import os

READONLY_VARIABLE = "SOFTSIL_READONLY"
READ_ONLY_SENTENCE = "This softsil is read-only: runs can be watched and compared, not started or changed."


def read_only() -> bool:
    """Whether ``SOFTSIL_READONLY`` is set to anything but 0, false, no, or nothing."""
    return os.environ.get(READONLY_VARIABLE, "").strip().lower() not in ("", "0", "false", "no")
