"""What can be wrong with a wish for an export."""

from __future__ import annotations

from softsil.errors import SoftsilError


class ReplayError(SoftsilError, ValueError):
    """The chosen runs cannot be exported as asked; the message says why and what would work."""
