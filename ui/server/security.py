"""Headers and host checks for everything the server answers; Streamlit's own settings guard only its WebSocket."""

from __future__ import annotations

import secrets

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.login import Gate, LoginRequired, gate

# What Streamlit and Plotly need to run, and nothing from outside this machine.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


class SecurityHeaders:
    """Adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and amend the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *_HEADERS]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def middleware() -> list[Middleware]:
    """What every request goes through.

    Without a login only this machine may ask, under its own name. With one, its cookie belongs to the name that people
    logged in under, so any name will do.
    """
    chosen = gate()
    hosts = ["*"] if chosen else ["localhost", "127.0.0.1"]
    login = [*_remembering(chosen), Middleware(LoginRequired, gate=chosen)] if chosen else []
    return [Middleware(TrustedHostMiddleware, allowed_hosts=hosts), Middleware(SecurityHeaders), *login]


def _remembering(gate: Gate) -> list[Middleware]:
    """What a login at a provider needs to know again when people come back: a signed cookie for ten minutes."""
    return [
        Middleware(
            SessionMiddleware,
            secret_key=secrets.token_hex(32),
            session_cookie="softsil_login_begun",
            max_age=600,
            same_site="lax",
            https_only=gate.is_encrypted,
        )
    ]
