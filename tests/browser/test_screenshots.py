"""The pictures of the docs come from the app, by a script."""

from pathlib import Path

from PIL import Image

from docs.screenshots import IMAGES, SHOTS, take

MOST_BYTES = 200_000
DOCS = Path(__file__).parents[2] / "docs"


def test_the_script_takes_a_picture_of_a_page(open_page, server, tmp_path):
    shot = next(shot for shot in SHOTS if shot.name == "train")
    target = take(open_page("/train", size=(1280, 720)), shot, [], server.url, tmp_path)
    assert Image.open(target).size == (1280, 720)
    assert 10_000 < target.stat().st_size < MOST_BYTES


def test_the_pictures_in_the_docs_are_those_of_the_script_and_small():
    pictures = {path.stem: path.stat().st_size for path in IMAGES.glob("*.png")}
    assert set(pictures) == {shot.name for shot in SHOTS}
    assert max(pictures.values()) < MOST_BYTES
    assert sum(pictures.values()) < 1_500_000
