"""What a data set is busy with while it is made ready, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


@contextmanager
def told_to(listener: Callable[[str], None]) -> Iterator[None]:
    """Within the block, ``listener`` gets every sentence; it may raise, which ends the work."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(sentence: str) -> None:
    """Say what is being done; call it at least every second or two of long work."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(sentence)
