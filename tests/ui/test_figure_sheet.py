"""The figure sheet: a page with the maps, the class silhouettes and the curves of the runs."""

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from softsil.runs.files import write_array, write_json
from ui.replay import ReplayError
from ui.replay.__main__ import main
from ui.replay.look import Look
from ui.replay.reel import read_reel
from ui.replay.sheet import _draw, figure_sheet
from ui.run_view import view_runs


@pytest.fixture
def mapped(recording):
    """Makes a run with map frames and returns its id."""

    def make(name="ce", **settings):
        recorder = recording(name, epochs=3, **settings)
        write_json(recorder.paths.projection("umap-2d-0a1b2c3d") / "config.json", {"method": "umap", "dims": 2})
        for epoch in range(4):
            spots = np.random.default_rng(epoch).normal(size=(12, 2)).astype(np.float32)
            write_array(recorder.paths.frame("umap-2d-0a1b2c3d", epoch), spots)
        recorder.close()
        return recorder.run_id

    return make


def sheet_of(run_ids, epoch=3):
    return _draw(read_reel(run_ids), view_runs(run_ids), epoch)


def titles(figure):
    return [axes.get_title() for axes in figure.get_axes()]


def test_every_run_has_a_map_bars_and_curves(mapped):
    figure = sheet_of([mapped("ce"), mapped("ce+sil")])
    assert titles(figure)[:2] == ["ce", "ce+sil"]
    bars, *curves = figure.get_axes()[2:]
    assert len(bars.containers) == 2
    assert [len(axes.get_lines()) for axes in curves] == [3, 3, 3]  # two runs and the mark of the epoch


def test_bars_show_the_epoch_asked_for(mapped):
    run_id = mapped()
    (view,) = view_runs([run_id])
    for epoch in (1, 3):
        heights = [bar.get_height() for bar in sheet_of([run_id], epoch).get_axes()[2].patches]
        np.testing.assert_allclose(heights, view.silhouettes().at(epoch), rtol=1e-6)


def test_the_caption_names_runs_and_data(mapped):
    run_id = mapped()
    (text,) = [text.get_text() for text in sheet_of([run_id]).subfigs[3].texts]
    assert run_id in text
    assert "Data digits" in text


def test_dollar_signs_in_names_are_no_mathematics(mapped):
    run_id = mapped("cost $x^2$", classes=["a$", "$b", "c"])
    assert figure_sheet([run_id], None, Look(), ".png").body


def test_a_pdf_keeps_its_words_as_text(mapped):
    body = figure_sheet([mapped()], None, Look(), ".pdf").body
    assert body.startswith(b"%PDF")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL)
    assert any(b" Tf" in zlib.decompress(s) for s in streams if s[:2] == b"x\x9c")


def test_a_png_is_wide_enough_for_print(mapped):
    picture = Image.open(io.BytesIO(figure_sheet([mapped(), mapped("sil")], None, Look(2), ".png").body))
    assert picture.width >= 1200


@pytest.mark.parametrize("name", ["sheet.pdf", "sheet.png"])
def test_the_command_line_writes_it(mapped, tmp_path, name):
    assert main([mapped(), "--to", str(tmp_path / name)]) == 0
    assert (tmp_path / name).stat().st_size > 10_000


def test_a_run_without_a_map_is_named(finished):
    run_id = finished()
    with pytest.raises(ReplayError, match=f"{run_id} has no 2-D map yet"):
        figure_sheet([run_id], None, Look(), ".pdf")
