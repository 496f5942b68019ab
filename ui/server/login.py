"""A login before everything the server answers, pages, routes, WebSocket: a shared password, or accounts elsewhere."""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
from collections.abc import Callable
from html import escape
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import parse_qs, quote

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.oidc import CALLBACK_PATH, OidcGate, oidc_settings

PASSWORD_VARIABLE = "SOFTSIL_PASSWORD"
LOGIN_PATH = "/softsil/login"
HEALTH_PATH = "/_stcore/health"
COOKIE = "softsil_login"
COOKIE_SECONDS = 12 * 3600
MAX_FORM_BYTES = 10_000
WAIT_AFTER_WRONG_SECONDS = 1.0
SHORTEST_PASSWORD = 8
_LOGGED_IN = b"in"


class Gate(Protocol):
    """A way to log in."""

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach this app through TLS."""

    async def login(self, request: Request, target: str, let_in: Callable[[str], Response]) -> Response:
        """Answer a request below the login's address; ``let_in`` makes the answer that leads to ``target``."""


def gate() -> Gate | None:
    """The login that is set up; None for none.

    Raises:
        SystemExit: it is set up wrongly, or there are two.
    """
    chosen, settings = password(), oidc_settings()
    if chosen and settings:
        raise SystemExit(f"both {PASSWORD_VARIABLE} and [oidc] in .streamlit/secrets.toml are set; choose one login")
    return OidcGate(settings) if settings else PasswordGate(chosen) if chosen else None


def password() -> str:
    """The password that people must know; empty for none.

    Raises:
        SystemExit: it is too short to keep anybody out.
    """
    chosen = os.environ.get(PASSWORD_VARIABLE, "")
    if 0 < len(chosen) < SHORTEST_PASSWORD:
        raise SystemExit(f"{PASSWORD_VARIABLE} has {len(chosen)} characters; take at least {SHORTEST_PASSWORD}")
    return chosen


def refuse_to_be_open(address: str | None) -> None:
    """End the program if anybody on the network could come in.

    Args:
        address: what the server listens on; None or empty for every interface.

    Raises:
        SystemExit: the address is not this machine's own, and there is no login.
    """
    if not password() and not is_this_machine(address) and not oidc_settings():
        raise SystemExit(
            f"softsil would listen on {address or 'every interface'} without a password, open to the whole network; "
            f"set {PASSWORD_VARIABLE}, or [oidc] in .streamlit/secrets.toml, or take python -m ui.share, or leave "
            "server.address at 127.0.0.1"
        )


def is_this_machine(address: str | None) -> bool:
    """Whether only programs on this machine can reach ``address``."""
    if address == "localhost":
        return True
    try:
        return bool(address) and ip_address(address or "").is_loopback
    except ValueError:
        return False


class LoginRequired:
    """Lets requests through that carry the cookie of a login; others are led to the gate, or turned away.

    The cookie is signed with a key of this process: a restart logs everybody out.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate
        self.signer = TimestampSigner(secrets.token_bytes(32))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, pass on, or turn away."""
        if scope["type"] not in ("http", "websocket") or scope["path"] == HEALTH_PATH:
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in (LOGIN_PATH, CALLBACK_PATH):
            request = Request(scope, receive)
            target = _own_page(request.query_params.get("next", "/"))
            await (await self.gate.login(request, target, self._let_in))(scope, receive, send)
        elif self._is_logged_in(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "log in first"})
        else:
            await _turn_away(Request(scope))(scope, receive, send)

    def _let_in(self, target: str) -> Response:
        answer = RedirectResponse(target, 303)
        token = self.signer.sign(_LOGGED_IN).decode()
        secure = self.gate.is_encrypted
        answer.set_cookie(COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure)
        return answer

    def _is_logged_in(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        try:
            cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
            return self.signer.unsign(cookies[COOKIE].value, max_age=COOKIE_SECONDS) == _LOGGED_IN
        except (KeyError, CookieError, BadSignature):
            return False


class PasswordGate:
    """A form for one password, which all share.

    Passwords are tried one after the other, and a wrong one takes a second, for all clients together.
    """

    is_encrypted = False

    def __init__(self, password: str) -> None:
        self.password = password
        self.one_at_a_time = asyncio.Lock()

    async def login(self, request: Request, target: str, let_in: Callable[[str], Response]) -> Response:
        """Show the form, or look at what was filled in."""
        if request.method != "POST":
            return _form(target)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_FORM_BYTES:
                return Response("too large", 413)
        tried = parse_qs(body.decode(errors="replace")).get("password", [""])[0]
        if not await self._is_right(tried):
            return _form(target, wrong=True)
        return let_in(target)

    async def _is_right(self, tried: str) -> bool:
        async with self.one_at_a_time:
            if hmac.compare_digest(tried.encode(), self.password.encode()):
                return True
            await asyncio.sleep(WAIT_AFTER_WRONG_SECONDS)
            return False


def _turn_away(request: Request) -> Response:
    """The form for a page that somebody opens; a plain refusal for everything else."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{LOGIN_PATH}?next={quote(page, safe='')}", 303)
    return Response("log in first", 401)


def _own_page(target: str) -> str:
    """``target`` if it is a path on this server, else the home page."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def _form(target: str, *, wrong: bool = False) -> Response:
    message = '<p role="alert">That is not the password.</p>' if wrong else ""
    return HTMLResponse(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>softsil: log in</title>
<meta name="viewport" content="width=device-width">
<style>
  :root {{ color-scheme: light dark; font: 16px system-ui, sans-serif; }}
  main {{ max-width: 20rem; margin: 20vh auto; padding: 0 1rem; }}
  input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin: .3rem 0; }}
</style>
<main><h1>softsil</h1>{message}
<form method="post" action="{LOGIN_PATH}?next={escape(quote(target, safe=""))}">
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
  <button>Log in</button>
</form></main></html>""",
        401 if wrong else 200,
    )
