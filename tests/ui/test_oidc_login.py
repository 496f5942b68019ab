"""A login with accounts at an OpenID Connect provider, here a small one that runs inside the test."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config
from streamlit.runtime.secrets import Secrets

from ui.server import login, refuse_to_be_open
from ui.server.login import LoginRequired, gate
from ui.server.oidc import CALLBACK_PATH, OidcGate, OidcSettings, oidc_settings

pytest.importorskip("authlib", reason="pip install -r requirements-login.txt")

APP, PROVIDER = "https://softsil.example", "https://accounts.example"
SETTINGS = {
    "client_id": "softsil",
    "client_secret": "known to both",
    "server_metadata_url": f"{PROVIDER}/.well-known/openid-configuration",
    "redirect_uri": APP + CALLBACK_PATH,
    "allowed": ["ann@school.example", "@lab.example"],
}
ANN = {"email": "Ann@school.example", "email_verified": True}


class Provider:
    """Signs that whoever comes is the account of ``claims``."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.claims, self.nonce, self.audience = dict(ANN), "", SETTINGS["client_id"]
        routes = [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", lambda request: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
        ]
        self.transport = httpx2.ASGITransport(Starlette(routes=routes))

    def metadata(self, request):
        return JSONResponse(
            {
                "issuer": PROVIDER,
                "authorization_endpoint": f"{PROVIDER}/authorize",
                "token_endpoint": f"{PROVIDER}/token",
                "jwks_uri": f"{PROVIDER}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def token(self, request):
        from joserfc import jwt

        now = int(time.time())
        claims = {"iss": PROVIDER, "aud": self.audience, "sub": "1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **self.claims}, self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


@pytest.fixture(scope="module")
def provider():
    return Provider()


@pytest.fixture
def client(provider):
    provider.claims, provider.audience = dict(ANN), SETTINGS["client_id"]
    gate = OidcGate(OidcSettings(**SETTINGS), transport=provider.transport)
    layers = [Middleware(SessionMiddleware, secret_key="x" * 32), Middleware(LoginRequired, gate=gate)]
    routes = [Route("/live", lambda request: PlainTextResponse("the secret"))]
    with TestClient(Starlette(routes=routes, middleware=layers), APP, follow_redirects=False) as client:
        yield client


def sent_away(client, provider):
    """Open a page; what the provider is asked for."""
    form = client.get("/live?runs=a", headers={"accept": "text/html"})
    asked = client.get(form.headers["location"]).headers["location"]
    assert asked.startswith(f"{PROVIDER}/authorize?")
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
    provider.nonce = query["nonce"]
    return query


def come_back(client, state):
    return client.get(f"{CALLBACK_PATH}?code=c&state={state}")


def test_a_page_leads_to_the_provider_and_back_to_itself(client, provider):
    query = sent_away(client, provider)
    assert (query["redirect_uri"], query["client_id"], query["response_type"]) == (
        APP + CALLBACK_PATH,
        "softsil",
        "code",
    )
    answer = come_back(client, query["state"])
    assert answer.headers["location"] == "/live?runs=a"
    assert "secure" in answer.headers["set-cookie"].lower()
    assert client.get("/live").text == "the secret"


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "eve@school.example"},
        {"email": "ann@school.example.evil.example"},
        {"email": "ann@evil-lab.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": "", "email_verified": True},
    ],
)
def test_an_account_that_is_not_allowed_stays_outside(client, provider, changes):
    provider.claims = ANN | changes
    answer = come_back(client, sent_away(client, provider)["state"])
    assert (answer.status_code, "may not come in" in answer.text) == (403, True)
    assert client.get("/live").status_code == 401


def test_everybody_of_an_allowed_domain_may_come_in():
    settings = OidcSettings(**SETTINGS)
    assert settings.admits({"email": "Bob@Lab.example", "email_verified": True})
    everybody = OidcSettings(**{**SETTINGS, "allowed": ["*"]})
    assert everybody.admits({"sub": "1"})
    assert not everybody.admits({})


def test_an_answer_that_nobody_asked_for_opens_nothing(client, provider):
    sent_away(client, provider)
    assert come_back(client, "made-up").status_code == 403
    assert client.get("/live").status_code == 401


def test_a_provider_that_does_not_answer_is_told_so(provider):
    def broken(request):
        raise httpx2.ConnectError("no way")

    gate = OidcGate(OidcSettings(**SETTINGS), transport=httpx2.MockTransport(broken))
    layers = [Middleware(SessionMiddleware, secret_key="x" * 32), Middleware(LoginRequired, gate=gate)]
    answer = TestClient(Starlette(middleware=layers), APP).get("/", headers={"accept": "text/html"})
    assert (answer.status_code, "cannot be reached" in answer.text) == (403, True)


def test_a_token_for_another_app_or_another_login_opens_nothing(client, provider):
    query = sent_away(client, provider)
    provider.audience, provider.claims = "another app", {**ANN, "azp": "softsil"}
    assert come_back(client, query["state"]).status_code == 403
    provider.audience = SETTINGS["client_id"]
    query = sent_away(client, provider)
    provider.nonce = "of another login"
    assert come_back(client, query["state"]).status_code == 403
    assert client.get("/live").status_code == 401


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """Writes the section of secrets.toml."""

    def write(**settings):
        lines = [f"{name} = {value!r}" for name, value in settings.items()]
        (tmp_path / "secrets.toml").write_text("\n".join(["[oidc]", *lines]))
        config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
        monkeypatch.setattr(st, "secrets", Secrets())

    before = config.get_option("secrets.files")
    yield write
    config.set_option("secrets.files", before)


def test_the_settings_come_from_the_secrets_of_streamlit_and_open_the_network(secrets, monkeypatch):
    monkeypatch.delenv("SOFTSIL_PASSWORD", raising=False)
    secrets(**SETTINGS)
    assert oidc_settings() == OidcSettings(**SETTINGS)
    assert isinstance(gate(), OidcGate)
    refuse_to_be_open("0.0.0.0")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"allowed": []}, "allowed"),
        ({"redirect_uri": "https://softsil.example/oauth2callback"}, "redirect_uri"),
        ({"cookie_secret": "x"}, "cookie_secret"),
    ],
)
def test_wrong_settings_are_named_at_the_start(secrets, changes, sentence):
    secrets(**SETTINGS | changes)
    with pytest.raises(SystemExit, match=rf"\[oidc\] in .streamlit/secrets.toml: {sentence}"):
        oidc_settings()


def test_two_logins_at_once_are_refused(secrets, monkeypatch):
    monkeypatch.setenv(login.PASSWORD_VARIABLE, "right horse")
    secrets(**SETTINGS)
    with pytest.raises(SystemExit, match="choose one login"):
        gate()
