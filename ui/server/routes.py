"""The server's own addresses: read-only, looked up by checked ids, never joined into a path from what was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from softsil.errors import RunNotFoundError, SoftsilError, UnreadableFileError
from softsil.runs.reader import RunReader
from softsil.runs.samples import Samples
from ui.playground.force import force_of
from ui.plotly_live.source import PLOTLY_JS_URL, plotly_js_path
from ui.server import payloads

_ASSETS = {path.name: path for path in (Path(__file__).parents[1] / "map" / "assets").glob("*.*")}
_FOR_GOOD = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"

Answer = Callable[[Request], Response]


def _route(path: str, answer: Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer, request)
        except SoftsilError as error:
            return JSONResponse({"error": str(error)}, status_code=404, headers={"cache-control": "no-store"})

    return Route(path, endpoint, methods=["GET"])


def _map_state(request: Request) -> Response:
    body = json.dumps(payloads.map_state(_reader(request))).encode()
    return _fresh(request, body, "application/json")


def _samples(request: Request) -> Response:
    return _fresh(request, payloads.samples_payload(_watched(_reader(request))), "application/octet-stream")


def _thumbnails(request: Request) -> Response:
    png = payloads.sheet_png(_watched(_reader(request)))
    if png is None:
        raise UnreadableFileError("this run has no thumbnails")
    return _fresh(request, png, "image/png")


def _frame(request: Request) -> Response:
    parameters = request.path_params
    body = payloads.frame_payload(_reader(request), parameters["key"], parameters["epoch"])
    return Response(body, media_type="application/octet-stream", headers={"cache-control": _FOR_GOOD})


def _quality(request: Request) -> Response:
    parameters = request.path_params
    figures = _reader(request).frame_quality(parameters["key"], parameters["epoch"])
    return _fresh(request, json.dumps(figures).encode(), "application/json")


def _values(request: Request) -> Response:
    body = payloads.values_payload(_reader(request), request.path_params["epoch"])
    return _fresh(request, body, "application/octet-stream")


def _neighbors(request: Request) -> Response:
    parameters = request.path_params
    found = payloads.neighbors_json(_reader(request), parameters["epoch"], parameters["row"])
    return _fresh(request, json.dumps(found).encode(), "application/json")


def _force(request: Request) -> Response:
    asked = request.query_params
    force = force_of(asked.get("points", ""), asked.get("loss", ""))
    return JSONResponse({"force": force}, headers={"cache-control": "no-store"})


def _asset(request: Request) -> Response:
    path = _ASSETS.get(request.path_params["name"])
    if path is None:
        raise UnreadableFileError("there is no such file")
    media_type = "text/javascript" if path.suffix == ".js" else "text/css"
    return _fresh(request, path.read_bytes(), media_type)


def _plotly(request: Request) -> Response:
    return FileResponse(plotly_js_path(), media_type="text/javascript", headers={"cache-control": _FOR_GOOD})


def _reader(request: Request) -> RunReader:
    try:
        return RunReader(request.path_params["run_id"])
    except RunNotFoundError as error:
        # The library's own sentence names the folder, which is nobody's business in a browser.
        raise RunNotFoundError(f"there is no run {request.path_params['run_id']!r}") from error


def _watched(reader: RunReader) -> Samples:
    samples = reader.samples
    if samples is None:
        raise UnreadableFileError(f"{reader.run_id} has no watched sample yet")
    return samples


def _fresh(request: Request, body: bytes, media_type: str) -> Response:
    """The body, or 304 where the browser has it already."""
    tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    headers = {"etag": tag, "cache-control": _ASK_AGAIN}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


ROUTES = [
    _route("/softsil/runs/{run_id}/map", _map_state),
    _route("/softsil/runs/{run_id}/samples", _samples),
    _route("/softsil/runs/{run_id}/thumbnails", _thumbnails),
    _route("/softsil/runs/{run_id}/frames/{key}/{epoch:int}", _frame),
    _route("/softsil/runs/{run_id}/quality/{key}/{epoch:int}", _quality),
    _route("/softsil/runs/{run_id}/values/{epoch:int}", _values),
    _route("/softsil/runs/{run_id}/neighbors/{epoch:int}/{row:int}", _neighbors),
    _route("/softsil/playground/force", _force),
    _route("/softsil/assets/{name}", _asset),
    _route(PLOTLY_JS_URL, _plotly),
]
