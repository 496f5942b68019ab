import base64
import io

import numpy as np
from PIL import Image

from softsil.runs.samples import Samples
from ui.thumbnails import LARGEST, Tile, data_address, grid, picture_of


def decoded(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


def test_a_picture_arrives_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 255, size=(8, 8, 3), dtype=np.uint8)
    assert np.array_equal(decoded(data_address(pixels)), pixels)


def test_a_large_picture_is_made_smaller():
    assert decoded(data_address(np.zeros((300, 150), np.uint8))).shape == (LARGEST, LARGEST // 2)


def test_without_thumbnails_there_is_no_picture():
    assert picture_of(Samples.of(None, [0, 1]), 0) is None


def test_words_and_hints_are_escaped():
    drawn = grid([Tile(None, ("<script>",), hint='"><img>')])
    assert "<script>" not in drawn
    assert "<img>" not in drawn
