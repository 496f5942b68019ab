"""Where the processes of a run find each other and tell how far they are: torch's key-value store, on loopback."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

from torch.distributed import TCPStore  # type: ignore[attr-defined]

LOOPBACK = "127.0.0.1"
# The others wait while the first measures and writes; that one of them is gone is seen by its end, not by this.
PATIENCE = timedelta(days=7)


class Meeting:
    """A place of which all processes know the port.

    Args:
        port: the port of :meth:`opened`.
    """

    def __init__(self, port: int, **how: Any) -> None:
        self.port = port
        self.store: Any = TCPStore(LOOPBACK, port, timeout=PATIENCE, **{"is_master": False, **how})

    @classmethod
    def opened(cls) -> Meeting:
        """A new one, which only processes of this machine can reach."""
        listener = socket.create_server((LOOPBACK, 0))  # torch would listen on every interface
        port = listener.getsockname()[1]
        return cls(port, is_master=True, wait_for_workers=False, master_listen_fd=listener.detach())

    def tell(self, what: str) -> None:
        """Say to all that ``what`` is so."""
        self.store.set(what, "")

    def is_told(self, what: str) -> bool:
        """Whether somebody said ``what``."""
        return bool(self.store.check([what]))

    def wait_for(self, what: str) -> None:
        """Wait until somebody says ``what``."""
        self.store.wait([what])
