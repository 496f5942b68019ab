import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from softsil.runs.files import write_array, write_json
from softsil.runs.reader import RunReader
from softsil.runs.samples import Samples
from softsil.runs.writer import RunWriter
from ui.server import ROUTES, middleware
from ui.server.payloads import MAX_SHEET_PIXELS, pack, sheet_png

KEY = "umap-2d-0123abcd"
LAYOUT = np.arange(24, dtype=np.float32).reshape(12, 2)
NOBODY = "20200101-000000-nobody-aaaa"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body)


@pytest.fixture
def get(runs_folder: Path) -> Callable[..., Answer]:
    """Asks the server's routes, middleware included, as a browser would."""
    server = Starlette(routes=ROUTES, middleware=middleware())

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        fields = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        }
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b""}

        async def send(message: dict) -> None:
            sent.append(message)

        asyncio.run(server(scope, receive, send))
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, b"".join(part.get("body", b"") for part in sent[1:]))

    return ask


@pytest.fixture
def mapped(recording) -> RunWriter:
    """A running run with one UMAP frame, at epoch 2."""
    recorder = recording("ce")
    write_json(recorder.paths.projection(KEY) / "config.json", {"schema": 1, "method": "umap", "dims": 2})
    write_json(recorder.paths.frame_quality(KEY, 2), {"epoch": 2, "trustworthiness": 0.97})
    write_array(recorder.paths.frame(KEY, 2), LAYOUT)
    return recorder


def unpack(body: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    length = int.from_bytes(body[:4], "little")
    header, offset, arrays = json.loads(body[4 : 4 + length]), 4 + length, {}
    for array in header["arrays"]:
        dtype = np.dtype("<" + array["dtype"])
        count = int(np.prod(array["shape"]))
        arrays[array["name"]] = np.frombuffer(body, dtype, count, offset).reshape(array["shape"])
        offset += -(-count * dtype.itemsize // 4) * 4
    assert offset == len(body)
    return header, arrays


def run_address(recorder: RunWriter, rest: str) -> str:
    return f"/softsil/runs/{recorder.run_id}/{rest}"


def test_a_payload_starts_every_array_at_a_multiple_of_four():
    odd = np.arange(3, dtype=np.uint16)
    header, arrays = unpack(pack({"name": "ä"}, {"a": odd, "b": LAYOUT}))
    assert header["name"] == "ä"
    assert np.array_equal(arrays["a"], odd)
    assert np.array_equal(arrays["b"], LAYOUT)


def mapped_epochs(mapped):
    return RunReader(mapped.run_id, mapped.paths.root).embedding_epochs()


def test_the_map_state_lists_frames_and_progress(get, mapped):
    state = get(run_address(mapped, "map")).json
    assert state["projections"] == {KEY: {"method": "umap", "dims": 2, "special": "", "epochs": [2]}}
    assert (state["state"], state["active"], state["epoch"], state["epochs"]) == ("running", True, 3, 5)


def test_the_map_state_names_the_newest_epoch_with_embeddings(get, mapped):
    assert get(run_address(mapped, "map")).json["newest"] == mapped_epochs(mapped)[-1]


def test_the_values_say_that_an_embedding_has_collapsed(get, mapped):
    fine, _ = unpack(get(run_address(mapped, "values/2")).body)
    write_array(mapped.paths.embeddings(2), np.ones((12, 4), np.float16))
    collapsed, _ = unpack(get(run_address(mapped, "values/2")).body)
    assert (fine["collapse"], collapsed["collapse"]) == (None, {"kind": "point", "amount": 0.0})


def test_an_unchanged_map_state_is_not_sent_again(get, mapped):
    first = get(run_address(mapped, "map"))
    again = get(run_address(mapped, "map"), if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_new_frame_changes_the_map_state(get, mapped):
    first = get(run_address(mapped, "map"))
    write_array(mapped.paths.frame(KEY, 3), LAYOUT)
    again = get(run_address(mapped, "map"), if_none_match=first.headers["etag"])
    assert again.status == 200
    assert again.json["projections"][KEY]["epochs"] == [2, 3]


def test_a_projection_that_has_no_frame_yet_is_not_offered(get, mapped):
    write_json(mapped.paths.projection("pca-2d-0123abcd") / "config.json", {"method": "pca", "dims": 2})
    assert list(get(run_address(mapped, "map")).json["projections"]) == [KEY]


def test_a_projection_with_settings_of_its_own_says_which(get, mapped):
    settings = {"method": "umap", "dims": 3, "n_neighbors": 30, "metric": "euclidean", "min_dist": 0.1}
    write_json(mapped.paths.projection("umap-3d-0123abcd") / "config.json", settings)
    write_array(mapped.paths.frame("umap-3d-0123abcd", 2), LAYOUT)
    projections = get(run_address(mapped, "map")).json["projections"]
    assert projections["umap-3d-0123abcd"]["special"] == "euclidean distance, 30 neighbors"


def test_the_neighbors_of_a_point_are_those_of_the_embedding_space(get, mapped):
    embeddings = RunReader(mapped.run_id, mapped.paths.root).embeddings(2)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    expected = np.argsort(-(unit @ unit[3]), kind="stable")
    answer = get(run_address(mapped, "neighbors/2/3")).json
    assert answer["rows"] == [int(row) for row in expected if row != 3][:8]
    np.testing.assert_allclose(answer["distances"], 1 - unit[answer["rows"]] @ unit[3], atol=1e-4)


@pytest.mark.parametrize("place", ["neighbors/99/3", "neighbors/2/12"])
def test_neighbors_that_cannot_be_had_are_answered_with_a_sentence(get, mapped, place):
    answer = get(run_address(mapped, place))
    assert answer.status == 404
    assert answer.json["error"]


def test_a_stray_folder_among_the_projections_hides_no_map(get, mapped):
    (mapped.paths.projections / "Copy of umap").mkdir()
    assert list(get(run_address(mapped, "map")).json["projections"]) == [KEY]


def test_a_frame_arrives_whole_with_its_quality(get, mapped):
    answer = get(run_address(mapped, f"frames/{KEY}/2"))
    header, arrays = unpack(answer.body)
    assert np.array_equal(arrays["coordinates"], LAYOUT)
    assert header["quality"]["trustworthiness"] == 0.97
    assert "immutable" in answer.headers["cache-control"]


def test_a_quality_that_was_measured_later_is_never_old(get, mapped):
    answer = get(run_address(mapped, f"quality/{KEY}/2"))
    assert answer.json["trustworthiness"] == 0.97
    assert answer.headers["cache-control"] == "private, no-cache"
    write_json(mapped.paths.frame_quality(KEY, 2), {"epoch": 2, "trustworthiness": 0.5})
    assert get(run_address(mapped, f"quality/{KEY}/2")).json["trustworthiness"] == 0.5


def test_a_missing_frame_is_a_sentence_and_never_cached(get, mapped):
    answer = get(run_address(mapped, f"frames/{KEY}/9"))
    assert answer.status == 404
    assert "frame_00009" in answer.json["error"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_torn_frame_is_a_sentence(get, mapped):
    path = mapped.paths.frame(KEY, 2)
    path.write_bytes(path.read_bytes()[:100])
    answer = get(run_address(mapped, f"frames/{KEY}/2"))
    assert (answer.status, "error" in answer.json) == (404, True)


def test_samples_arrive_with_ids_labels_and_class_names(get, mapped):
    header, arrays = unpack(get(run_address(mapped, "samples")).body)
    assert header["class_names"] == ["cat", "dog", "owl"]
    assert header["ids"] == list(range(12))
    assert header["sheet"] is None
    assert arrays["labels"].tolist() == [0, 1, 2] * 4


def test_values_hold_silhouettes_and_predictions_of_the_epoch(get, mapped):
    mapped.log(2, predictions=np.zeros(12, dtype=int))
    header, arrays = unpack(get(run_address(mapped, "values/2")).body)
    assert header["epoch"] == 2
    assert arrays["predictions"].tolist() == [0] * 12
    assert np.allclose(arrays["silhouettes"], np.load(mapped.paths.silhouettes(2)))


def test_values_of_an_epoch_without_any_are_empty(get, mapped):
    header, arrays = unpack(get(run_address(mapped, "values/99")).body)
    assert (header["epoch"], arrays) == (99, {})


@pytest.mark.parametrize("shape", [(70, 2, 3), (70, 2, 3, 3)])
def test_every_thumbnail_is_at_its_place_on_the_sheet(get, runs_folder, shape):
    pictures = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with RunWriter("pictures", labels=np.arange(70) % 2, thumbnails=pictures, root=runs_folder) as recorder:
        layout = unpack(get(run_address(recorder, "samples")).body)[0]["sheet"]
        sheet = np.asarray(Image.open(BytesIO(get(run_address(recorder, "thumbnails")).body)))
    for row, picture in enumerate(pictures):
        y, x = 2 * (row // layout["columns"]), 3 * (row % layout["columns"])
        assert np.array_equal(sheet[y : y + 2, x : x + 3], picture)


def test_a_run_without_thumbnails_says_so(get, mapped):
    answer = get(run_address(mapped, "thumbnails"))
    assert (answer.status, answer.json) == (404, {"error": "this run has no thumbnails"})


@pytest.mark.parametrize("run_id", [NOBODY, "..", "..%2f..%2fetc", "a b", "%00"])
def test_a_run_nobody_has_is_a_sentence_or_no_address(get, run_id):
    assert get(f"/softsil/runs/{run_id}/map").status == 404


@pytest.mark.parametrize("key", ["..", "UMAP", "umap_2d", "umap-2d-0123abcd.."])
def test_a_key_that_is_none_never_reaches_the_disk(get, mapped, key):
    answer = get(run_address(mapped, f"frames/{key}/2"))
    assert answer.status == 404
    assert "projection key" in answer.json["error"]


def test_assets_are_only_the_maps_own_files(get):
    assert "text/javascript" in get("/softsil/assets/map.js").headers["content-type"]
    assert get("/softsil/assets/../__init__.py").status == 404
    assert get("/softsil/assets/__init__.py").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_through_the_routes(get, mapped, method):
    assert get(run_address(mapped, "map"), method=method).status == 405


def test_a_foreign_host_is_turned_away(get, mapped):
    assert get(run_address(mapped, "map"), host="evil.example").status == 400


def test_every_answer_forbids_outside_content(get, mapped):
    policy = get(run_address(mapped, "map")).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "array",
    [np.zeros(70, np.float32), np.zeros((70, 5), np.float32), np.full((70, 2), np.nan), np.full((70, 2), "a")],
    ids=["flat", "five columns", "not finite", "text"],
)
def test_a_frame_that_is_no_map_is_a_sentence(get, mapped, array):
    write_array(mapped.paths.frame(KEY, 0), array)
    answer = get(f"/softsil/runs/{mapped.run_id}/frames/{KEY}/0")
    assert answer.status == 404
    assert "finite [n, 2] or [n, 3]" in answer.json["error"]


def test_a_sheet_too_large_for_a_browser_is_not_made():
    side = int((MAX_SHEET_PIXELS / 70) ** 0.5) + 1
    huge = np.broadcast_to(np.zeros(1, np.uint8), (70, side, side))
    assert sheet_png(Samples.of(None, np.arange(70) % 2, None, None, huge)) is None


def test_an_unknown_run_is_answered_without_the_path_of_the_runs_folder(get, runs_folder):
    answer = get(f"/softsil/runs/{NOBODY}/map")
    assert NOBODY in answer.json["error"]
    assert str(runs_folder) not in answer.body.decode()


def test_the_arrows_of_points_in_the_hand_are_never_cached(get, monkeypatch):
    monkeypatch.setattr("ui.server.routes.force_of", lambda points, loss: [[float(len(points)), float(len(loss))]])
    answer = get("/softsil/playground/force?points=abc&loss=ce%2Bsil")
    assert answer.json == {"force": [[3.0, 6.0]]}
    assert answer.headers["cache-control"] == "no-store"


def test_points_that_cannot_be_read_are_answered_with_a_sentence(get):
    answer = get("/softsil/playground/force?points=abc&loss=sil")
    assert (answer.status, answer.json["error"]) == (404, "the points cannot be read; take them from a link")
