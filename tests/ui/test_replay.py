"""Exports of the maps: what is in the files. That the HTML plays is shown in tests/browser."""

import base64
import io
import json
import re
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from softsil.errors import RunNotFoundError
from softsil.runs.files import write_array, write_json
from ui.replay import FORMATS, ReplayError, gif, map_gif, map_svg, replay_html
from ui.replay.__main__ import main
from ui.replay.layout import Name, apart, lay_out
from ui.replay.look import Look
from ui.replay.palette import PALETTE
from ui.replay.reel import read_reel

CLASSES = ["cat", "dog", "owl"]
SVG = "{http://www.w3.org/2000/svg}"


def spots(epoch: int, count: int = 12) -> np.ndarray:
    """Points on a circle that grows with the epoch."""
    angle = 2 * np.pi * np.arange(count) / count
    return ((1 + epoch) * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)


def add_frames(recorder, epochs: int, method: str = "umap", dims: int = 2) -> None:
    key, paths = f"{method}-{dims}d-0a1b2c3d", recorder.paths
    write_json(paths.projection(key) / "config.json", {"schema": 1, "method": method, "dims": dims})
    for epoch in range(epochs):
        write_array(paths.frame(key, epoch), np.pad(spots(epoch), ((0, 0), (0, dims - 2))))


@pytest.fixture
def mapped(recording) -> Callable[..., str]:
    """Makes a run with map frames and returns its id."""

    def make(name: str = "ce", *, frames: int = 4, method: str = "umap", **settings: object) -> str:
        recorder = recording(name, epochs=min(frames, 4) - 1, **settings)
        add_frames(recorder, frames, method)
        recorder.close()
        return recorder.run_id

    return make


def embedded(html: bytes) -> dict:
    found = re.search(rb'id="replay">(.*?)</script>', html, re.DOTALL)
    return json.loads(found[1])


def answer(html: bytes, address: str) -> bytes:
    data = embedded(html)
    return zlib.decompress(base64.b64decode(data["parts"][data["addresses"][address]]))


def pictures(body: bytes) -> list[Image.Image]:
    file = Image.open(io.BytesIO(body))
    found = []
    for index in range(file.n_frames):
        file.seek(index)
        found.append(file.convert("RGB"))
    return found


def circles(svg: bytes) -> list[ElementTree.Element]:
    """The points, without the dots of the legend."""
    groups = ElementTree.fromstring(svg).iter(f"{SVG}g")
    return [circle for group in groups if "fill-opacity" in group.attrib for circle in group.iter(f"{SVG}circle")]


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_html_holds_every_frame_within_a_step_of_sixteen_bits(mapped):
    run_id = mapped()
    body = answer(replay_html([run_id]).body, f"/softsil/runs/{run_id}/frames/umap-2d-0a1b2c3d/3")
    length = int.from_bytes(body[:4], "little")
    low, step = json.loads(body[4 : 4 + length])["scaled"]["coordinates"]
    stored = np.frombuffer(body, "<u2", 24, offset=4 + length).reshape(12, 2)
    assert low + stored * step == pytest.approx(spots(3), abs=8 / 65535)


def test_html_says_that_nothing_will_follow_even_if_the_run_still_trains(recording):
    recorder = recording("going")
    add_frames(recorder, 2)
    html = replay_html([recorder.run_id]).body
    state = json.loads(answer(html, f"/softsil/runs/{recorder.run_id}/map"))
    assert (state["active"], state["embeddings"]) == (False, 0)


def test_html_stores_what_two_runs_share_once(mapped):
    first, second = mapped("ce"), mapped("ce+sil")
    addresses = embedded(replay_html([first, second]).body)["addresses"]
    assert addresses[f"/softsil/runs/{first}/samples"] == addresses[f"/softsil/runs/{second}/samples"]


def test_html_modules_name_each_other_through_the_import_map(mapped):
    html = replay_html([mapped()]).body
    modules = json.loads(re.search(rb'type="importmap">(.*?)</script>', html, re.DOTALL)[1])["imports"]
    sources = [base64.b64decode(address.partition(",")[2]).decode() for address in modules.values()]
    wanted = {name for source in sources for name in re.findall(r'from "([^"]+)"', source)}
    assert len(wanted) > 5
    assert wanted <= set(modules)


def test_html_over_the_limit_keeps_fewer_epochs_and_says_so(mapped):
    run_id = mapped(frames=100)
    full = replay_html([run_id])
    small = replay_html([run_id], limit=len(replay_html([mapped(frames=1)]).body) + 60_000)
    state = json.loads(answer(small.body, f"/softsil/runs/{run_id}/map"))
    [epochs] = [one["epochs"] for one in state["projections"].values()]
    assert not full.notes
    assert 2 <= len(epochs) < 100
    assert (epochs[0], epochs[-1]) == (0, 99)
    assert small.notes[0].startswith(f"{len(epochs)} of 100 epochs, evenly chosen")
    assert small.notes[0].encode() in small.body


def test_html_that_cannot_hold_two_epochs_is_refused(mapped):
    with pytest.raises(ReplayError, match="not even two epochs"):
        replay_html([mapped()], limit=1000)


def test_html_leaves_out_a_torn_frame_and_says_so(mapped, runs_folder):
    run_id = mapped()
    torn = runs_folder / run_id / "projections" / "umap-2d-0a1b2c3d" / "frame_00001.npy"
    torn.write_bytes(torn.read_bytes()[:40])
    replay = replay_html([run_id])
    [epochs] = [
        one["epochs"] for one in json.loads(answer(replay.body, f"/softsil/runs/{run_id}/map"))["projections"].values()
    ]
    assert epochs == [0, 2, 3]
    assert "frame_00001.npy" in replay.notes[0]


def test_html_keeps_markup_in_names_out_of_its_scripts(mapped):
    html = replay_html([mapped("</script><script>alert(1)</script>")]).body
    assert b"<script>alert" not in html
    assert embedded(html)["runs"][0]["title"] == "</script><script>alert(1)</script>"


# --- GIF --------------------------------------------------------------------------------------------------------------


def test_gif_has_two_pictures_between_epochs_all_of_one_size(mapped):
    found = pictures(map_gif([mapped("ce"), mapped("ce+sil")]).body)
    assert len(found) == 3 * (2 + 1) + 1
    assert {picture.size[0] for picture in found} == {gif.MAX_WIDTH}


def test_gif_draws_every_point_in_the_color_of_its_class(mapped):
    run_id = mapped()
    picture = pictures(map_gif([run_id]).body)[-1]
    reel = read_reel([run_id])
    sheet = lay_out(reel, gif.MAX_WIDTH)
    stage = sheet.stages[0]
    for label, (x, y) in zip(reel.tracks[0].labels, sheet.on_stage(spots(3)), strict=True):
        assert picture.getpixel((round(stage.x + x), round(stage.y + y))) == ImageColor.getrgb(PALETTE[label])


def test_gif_above_its_limit_gets_smaller(mapped):
    run_id = mapped()
    full = map_gif([run_id]).body
    small = map_gif([run_id], limit=int(0.8 * len(full))).body
    assert len(small) <= 0.8 * len(full)
    assert pictures(small)[0].size[0] < pictures(full)[0].size[0]


def test_gif_of_very_many_epochs_chooses_among_them_and_says_so():
    epochs, between = gif._plan(range(1000), 450)
    assert (len(epochs), epochs[0], epochs[-1], between) == (gif.MAX_PICTURES, 0, 999, 0)


def test_gif_of_one_epoch_is_one_picture(mapped):
    assert len(pictures(map_gif([mapped(frames=1)]).body)) == 1


# --- SVG --------------------------------------------------------------------------------------------------------------


def test_svg_draws_each_point_of_each_run(mapped):
    assert len(circles(map_svg([mapped("ce"), mapped("ce+sil")]).body)) == 2 * 12


@pytest.mark.parametrize("epoch", [1, 3])
def test_svg_shows_the_epoch_asked_for(mapped, epoch):
    run_id = mapped()
    sheet = lay_out(read_reel([run_id]), 1200)
    drawn = [[float(one.get("cx")), float(one.get("cy"))] for one in circles(map_svg([run_id], look=Look(epoch)).body)]
    assert np.array(drawn) == pytest.approx(sheet.on_stage(spots(epoch)), abs=0.051)


def test_svg_of_an_epoch_between_frames_shows_the_last_one_before(mapped):
    drawn = map_svg([mapped(frames=2)], look=Look(7)).body.decode()
    assert "UMAP, epoch 1" in drawn


def test_svg_writes_markup_and_control_characters_in_names_as_text(mapped):
    names = ["<b>&amp;", "\x07bell", "owl"]
    drawing = ElementTree.fromstring(map_svg([mapped(classes=names)]).body)
    texts = [element.text for element in drawing.iter(f"{SVG}text")]
    assert {"<b>&amp;", "�bell"} <= set(texts)


# --- what all have in common ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_run_without_a_map_is_refused_with_a_sentence(finished, suffix):
    with pytest.raises(ReplayError, match=r"no .*map yet"):
        FORMATS[suffix].make([finished()], None, Look())


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_unknown_run_is_refused(runs_folder, suffix):
    with pytest.raises(RunNotFoundError):
        FORMATS[suffix].make(["20260131-142500-ce-sil-k3f9"], None, Look())


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_run_twice_is_refused(mapped, suffix):
    with pytest.raises(ReplayError, match="one to 6 different runs"):
        FORMATS[suffix].make([mapped()] * 2, None, Look())


def test_runs_with_other_classes_get_no_common_legend(mapped):
    with pytest.raises(ReplayError, match="different classes"):
        map_svg([mapped("ce"), mapped("other", classes=["a", "b"])])


def test_pictures_show_pca_until_every_run_has_umap(recording, mapped):
    both = recording("both")
    add_frames(both, 2, "umap")
    add_frames(both, 3, "pca")
    reel = read_reel([both.run_id, mapped("slow", method="pca")])
    assert reel.method == "PCA"
    assert list(reel.tracks[0].frames) == [0, 1, 2]


def test_every_one_of_many_classes_has_a_color_and_those_with_points_have_names(mapped):
    reel = read_reel([mapped(classes=[f"class {i}" for i in range(30)])])
    assert (len(reel.colored), sorted(reel.named)) == (30, list(range(12)))


def test_beyond_a_hundred_classes_those_without_a_color_are_counted(mapped):
    reel = read_reel([mapped(classes=[f"class {i}" for i in range(103)])])
    assert lay_out(reel, 1200).legend[-1].text == f"{103 - len(reel.colored)} more"


def test_a_gif_of_a_hundred_classes_has_colors_for_all(mapped):
    assert map_gif([mapped(classes=[f"class {i}" for i in range(100)])], width=400).body.startswith(b"GIF89a")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_maps_stand_side_by_side_without_covering_each_other(mapped, count):
    sheet = lay_out(read_reel([mapped(f"run {i}") for i in range(count)]), 1280)
    for i, one in enumerate(sheet.stages):
        assert one.x >= 0
        assert one.x + one.width <= sheet.width
        assert one.y + one.height <= sheet.legend[0].y
        for other in sheet.stages[:i]:
            assert one.x >= other.x + other.width or one.y >= other.y + other.height


boxes = st.builds(Name, st.just("name"), st.floats(0, 300), st.floats(0, 300), st.floats(5, 120))


@given(st.lists(boxes, max_size=12))
def test_names_that_are_drawn_cover_no_other(names):
    placed = apart(names)
    for i, one in enumerate(placed):
        for other in placed[:i]:
            across = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert across or abs(one.y - other.y) >= (one.height + other.height) / 2 - 1e-6


# --- command line and page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "start"), [(".html", b"<!DOCTYPE html>"), (".gif", b"GIF89a"), (".svg", b"<svg")])
def test_the_command_writes_what_the_ending_says(mapped, runs_folder, tmp_path, suffix, start):
    target = tmp_path / f"out{suffix}"
    assert main([mapped(), "--to", str(target), "--root", str(runs_folder)]) == 0
    assert target.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("out.mp4", "must end in .html, .gif, .svg"), ("nowhere/out.svg", "there is no folder")],
)
def test_the_command_refuses_in_one_sentence(mapped, runs_folder, tmp_path, capsys, target, sentence):
    assert main([mapped(), "--to", str(tmp_path / target), "--root", str(runs_folder)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_live_builds_a_file_and_offers_it(open_page, mapped):
    app = open_page("pages/watch/live.py", runs=mapped())
    assert not app.get("download_button")
    app.button(key="export.gif").click().run()
    assert [one.proto.label for one in app.get("download_button")] == ["Download GIF (0.1 MB)"]


def test_live_says_why_a_file_cannot_be_built(open_page, finished):
    app = open_page("pages/watch/live.py", runs=finished())
    app.button(key="export.gif").click().run()
    assert "no 2\\-D map yet" in app.warning[0].value
    assert not app.get("download_button")


def test_live_takes_an_offer_back_when_other_runs_are_chosen(open_page, mapped):
    first, second = mapped("ce"), mapped("ce+sil")
    app = open_page("pages/watch/live.py", runs=first)
    app.button(key="export.gif").click().run()
    app.multiselect(key="runs").set_value([first, second]).run()
    assert not app.get("download_button")
