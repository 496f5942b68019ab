"""A softsil for the class room: ``python -m ui.share`` shows the runs on the local network, read-only."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys

from ui.permissions import READONLY_VARIABLE
from ui.server.login import PASSWORD_VARIABLE, is_this_machine

# No letters that look like others on a projector.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


def main() -> None:
    """Print the link and the password, and become the server."""
    parser = argparse.ArgumentParser(prog="python -m ui.share", description=__doc__)
    parser.add_argument("--address", default="0.0.0.0", help="address to listen on; default all of this machine")
    parser.add_argument("--port", type=int, default=8502, help="default 8502: beside an app of your own on 8501")
    parser.add_argument("--writable", action="store_true", help="let everybody with the password train and delete")
    options = parser.parse_args()
    environment = settings(os.environ.get(PASSWORD_VARIABLE) or new_password(), writable=options.writable)
    shown = options.address if is_this_machine(options.address) else own_address()
    print(f"http://{shown}:{options.port}   password: {environment[PASSWORD_VARIABLE]}", flush=True)
    os.environ |= environment
    arguments = ["--server.address", options.address, "--server.port", str(options.port)]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *arguments])


def settings(password: str, *, writable: bool) -> dict[str, str]:
    """Environment of the server: password, read-only unless ``writable``, any host name."""
    read_only = {} if writable else {READONLY_VARIABLE: "1"}
    return {PASSWORD_VARIABLE: password, "STREAMLIT_SERVER_ALLOWED_HOSTS": "*", **read_only}


def new_password() -> str:
    """A random password of ten easy letters, about 49 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def own_address() -> str:
    """This machine's address on the network it reaches others through; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


if __name__ == "__main__":
    main()
