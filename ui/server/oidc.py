"""Login with an account at an OpenID Connect provider, set up in ``.streamlit/secrets.toml``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from html import escape
from typing import Annotated, Any

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_LOGGER = logging.getLogger(__name__)
SECTION = "oidc"
CALLBACK_PATH = "/softsil/login/callback"
INSTALL = "pip install -r requirements-login.txt"
_NEXT = "next"


class OidcSettings(BaseModel):
    """The section ``[oidc]``.

    Attributes:
        client_id: what the provider calls this app.
        client_secret: what the app proves itself with.
        server_metadata_url: address of the provider's ``.well-known/openid-configuration``.
        redirect_uri: this app's address as people's browsers know it, ending in ``/softsil/login/callback``.
        allowed: who may come in: addresses, ``"@example.org"`` for everybody there, ``"*"`` for every account of the
            provider.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[str, Field(min_length=1, repr=False)]
    server_metadata_url: Annotated[str, Field(pattern=r"^https?://")]
    redirect_uri: Annotated[str, Field(pattern=rf"^https?://[^/]+{CALLBACK_PATH}$")]
    allowed: Annotated[tuple[str, ...], Field(min_length=1)]

    def admits(self, claims: Mapping[str, Any]) -> bool:
        """Whether the account that the provider vouches for may come in."""
        if "*" in self.allowed:
            return bool(claims.get("sub"))
        email = str(claims.get("email", "")).casefold()
        # An address that anybody can enter at the provider proves nothing.
        if claims.get("email_verified") is not True or "@" not in email:
            return False
        return any(email == one.casefold() or email[email.rindex("@") :] == one.casefold() for one in self.allowed)


def oidc_settings() -> OidcSettings | None:
    """What ``secrets.toml`` says; None without such a section.

    Raises:
        SystemExit: something in it is missing or wrong.
    """
    if not st.secrets.load_if_toml_exists() or SECTION not in st.secrets:
        return None
    try:
        return OidcSettings.model_validate(st.secrets[SECTION].to_dict())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise SystemExit(f"[{SECTION}] in .streamlit/secrets.toml: {wrong}") from None


class OidcGate:
    """Sends people to the provider and looks at whom it sends back.

    Args:
        settings: the provider, and who may come in.
        client_options: passed on to the HTTP client, such as a ``transport``.
    """

    def __init__(self, settings: OidcSettings, **client_options: Any) -> None:
        try:
            from authlib.integrations.starlette_client import OAuth
        except ImportError as error:
            raise SystemExit(f"the login [{SECTION}] needs Authlib: {INSTALL}") from error
        self.settings = settings
        self.provider = OAuth().register(
            SECTION,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=settings.server_metadata_url,
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", **client_options},
        )

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach this app through TLS."""
        return self.settings.redirect_uri.startswith("https://")

    async def login(self, request: Request, target: str, let_in: Callable[[str], Response]) -> Response:
        """Answer a request below the login's address.

        Args:
            request: it has a ``session``.
            target: the page that was asked for.
            let_in: makes the answer that leads there, with the cookie.
        """
        import httpx2
        from authlib.integrations.base_client import OAuthError
        from joserfc.errors import JoseError

        try:
            if request.url.path != CALLBACK_PATH:
                request.session[_NEXT] = target
                answer: Response = await self.provider.authorize_redirect(request, self.settings.redirect_uri)
                return answer
            issuer = (await self.provider.load_server_metadata())["issuer"]
            expected = {"iss": {"values": [issuer]}, "aud": {"values": [self.settings.client_id]}}
            token = await self.provider.authorize_access_token(request, claims_options=expected)
        except (OAuthError, JoseError) as error:
            return _refused(f"The login did not work: {error.description or error.error}.")
        except httpx2.HTTPError:
            _LOGGER.exception("the login's provider cannot be reached")
            return _refused("The login did not work: the provider cannot be reached from here.")
        if not self.settings.admits(token.get("userinfo") or {}):
            return _refused("This account may not come in. Ask whoever runs this app.")
        return let_in(request.session.pop(_NEXT, "/"))


def _refused(sentence: str) -> Response:
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>softsil: log in</title>'
        f'<main><h1>softsil</h1><p role="alert">{escape(sentence)}</p><p><a href="/">Try again</a></p></main></html>',
        403,
    )
