"""With a password nothing is answered before the login; without one only this machine is answered."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ui.server import login, middleware, refuse_to_be_open
from ui.share import new_password, settings

PASSWORD = "right horse"


async def secret(request):
    return PlainTextResponse("the secret")


async def socket(websocket):
    await websocket.accept()
    await websocket.send_text("the secret")
    await websocket.close()


@pytest.fixture
def client(monkeypatch):
    """A client of a server with a password, at some name on the network."""
    monkeypatch.setenv("SOFTSIL_PASSWORD", PASSWORD)
    monkeypatch.setattr(login, "WAIT_AFTER_WRONG_SECONDS", 0.0)
    routes = [Route("/live", secret), Route("/_stcore/health", secret), WebSocketRoute("/_stcore/stream", socket)]
    with TestClient(Starlette(routes=routes, middleware=middleware()), "http://teacher.local") as client:
        yield client


def log_in(client, password=PASSWORD, target="/live"):
    return client.post(f"/softsil/login?next={target}", data={"password": password}, follow_redirects=False)


def test_a_page_leads_to_the_form_and_back(client):
    answer = client.get("/live?runs=a", headers={"accept": "text/html"})
    assert answer.url.path == "/softsil/login"
    assert 'type="password"' in answer.text
    answer = client.post(str(answer.url), data={"password": PASSWORD})
    assert (answer.text, str(answer.url)) == ("the secret", "http://teacher.local/live?runs=a")


def test_anything_but_a_page_is_turned_away(client):
    answer = client.get("/live", headers={"accept": "*/*"})
    assert (answer.status_code, answer.text) == (401, "log in first")


def test_a_websocket_is_closed_before_the_login_and_open_after_it(client):
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/_stcore/stream"):
        pass
    assert closed.value.code == 1008
    cookie = f"softsil_login={log_in(client).cookies['softsil_login']}"
    with client.websocket_connect("/_stcore/stream", headers={"cookie": cookie}) as opened:
        assert opened.receive_text() == "the secret"


@pytest.mark.parametrize("wrong", ["", "wrong horse", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_is_told_so_and_opens_nothing(client, wrong):
    answer = log_in(client, wrong)
    assert answer.status_code == 401
    assert "not the password" in answer.text
    assert client.get("/live").status_code == 401


@pytest.mark.parametrize("cookie", ["in", "in.x.y", "", "in.aaaaaa.bbbbbb"])
def test_a_made_up_cookie_opens_nothing(client, cookie):
    assert client.get("/live", headers={"cookie": f"softsil_login={cookie}"}).status_code == 401


def test_a_cookie_of_another_server_opens_nothing(client):
    cookie = log_in(client).cookies["softsil_login"]
    client.cookies.clear()
    other = Starlette(routes=[Route("/live", secret)], middleware=middleware())
    with TestClient(other, "http://teacher.local") as stranger:
        assert stranger.get("/live", headers={"cookie": f"softsil_login={cookie}"}).status_code == 401


def test_a_login_ends_after_its_time(client, monkeypatch):
    log_in(client)
    assert client.get("/live").status_code == 200
    monkeypatch.setattr(login, "COOKIE_SECONDS", -1)
    assert client.get("/live").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_login_leads_to_no_other_server(client, target):
    assert log_in(client, target=target).headers["location"] == "/"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client):
    cookie = log_in(client).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_form_that_is_too_large_is_refused(client):
    assert log_in(client, "x" * 20_000).status_code == 413


def test_the_health_check_needs_no_login(client):
    assert client.get("/_stcore/health").status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_alone_needs_no_password(monkeypatch, address):
    monkeypatch.delenv("SOFTSIL_PASSWORD", raising=False)
    refuse_to_be_open(address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.5", "teacher.local"])
def test_a_server_open_to_the_network_refuses_to_start_without_a_password(monkeypatch, address):
    monkeypatch.delenv("SOFTSIL_PASSWORD", raising=False)
    with pytest.raises(SystemExit, match=r"without a password.*set SOFTSIL_PASSWORD"):
        refuse_to_be_open(address)
    monkeypatch.setenv("SOFTSIL_PASSWORD", PASSWORD)
    refuse_to_be_open(address)


def test_a_short_password_is_refused(monkeypatch):
    monkeypatch.setenv("SOFTSIL_PASSWORD", "short")
    with pytest.raises(SystemExit, match="at least 8"):
        middleware()


def test_without_a_password_a_foreign_name_is_turned_away(monkeypatch):
    monkeypatch.delenv("SOFTSIL_PASSWORD", raising=False)
    server = Starlette(routes=[Route("/live", secret)], middleware=middleware())
    assert TestClient(server, "http://teacher.local").get("/live").status_code == 400
    assert TestClient(server, "http://localhost").get("/live").status_code == 200


def test_a_shared_app_is_read_only_unless_asked_otherwise():
    assert settings("x", writable=False)["SOFTSIL_READONLY"] == "1"
    assert "SOFTSIL_READONLY" not in settings("x", writable=True)


def test_every_new_password_is_another_and_long_enough():
    assert len({new_password() for _ in range(50)}) == 50
    assert len(new_password()) >= login.SHORTEST_PASSWORD
