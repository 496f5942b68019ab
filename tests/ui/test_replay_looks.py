"""What is exported looks as chosen on Live: the projection and the coloring."""

import numpy as np
import pytest

from softsil.runs.files import write_array, write_json
from ui.replay import map_gif, map_svg, replay_html
from ui.replay.coloring import legend, point_colors
from ui.replay.look import COLORINGS, Look
from ui.replay.palette import HIGHLIGHTS, OTHER, PALETTE, silhouette_color
from ui.replay.reel import read_reel

LABELS = np.arange(12) % 3
GUESSES = np.where(np.arange(12) < 2, (LABELS + 1) % 3, LABELS).astype(np.int32)
SILHOUETTES = np.linspace(-1, 1, 12, dtype=np.float32)


def add_frame(paths, key, spots, **settings):
    config = {"schema": 1, "method": key.split("-")[0], "dims": spots.shape[1], **settings}
    write_json(paths.projection(key) / "config.json", config)
    write_array(paths.frame(key, 1), spots.astype(np.float32))


@pytest.fixture
def mapped(recording):
    """Makes a run with three maps of epoch 1, predictions and silhouettes, and returns its id."""

    def make(name="ce", **settings):
        recorder = recording(name, epochs=1, **settings)
        spots = np.random.default_rng(0).normal(size=(12, 3))
        add_frame(recorder.paths, "umap-2d-0a1b2c3d", spots[:, :2])
        add_frame(recorder.paths, "umap-2d-1b2c3d4e", spots[:, 1:], n_neighbors=40)
        add_frame(recorder.paths, "pca-2d-0a1b2c3d", spots[:, ::2])
        add_frame(recorder.paths, "umap-3d-0a1b2c3d", spots)
        write_array(recorder.paths.predictions(1), GUESSES)
        write_array(recorder.paths.silhouettes(1), SILHOUETTES)
        return recorder.run_id

    return make


@pytest.mark.parametrize(
    ("wanted", "columns"),
    [(None, [0, 1]), ("umap", [0, 1]), ("umap-2d-1b2c3d4e", [1, 2]), ("pca", [0, 2]), ("umap-3d-0a1b2c3d", [0, 1])],
)
def test_the_chosen_flat_map_is_read_and_otherwise_the_usual_one(mapped, wanted, columns):
    reel = read_reel([mapped()], projection=wanted)
    expected = np.random.default_rng(0).normal(size=(12, 3))[:, columns]
    np.testing.assert_allclose(reel.tracks[0].at(1), expected, rtol=1e-6)
    assert len(reel.notes) == (wanted == "umap-3d-0a1b2c3d")


def test_points_have_the_color_of_what_is_asked(mapped):
    reel = read_reel([mapped()])
    colors = {name: point_colors(reel, reel.tracks[0], 1, name).tolist() for name in COLORINGS}
    assert colors["class"] == colors["worst"] == [PALETTE[label] for label in LABELS]
    assert colors["prediction"] == [PALETTE[label] for label in GUESSES]
    assert colors["correct"] == [PALETTE[2] if row < 2 else PALETTE[0] for row in range(12)]
    assert colors["silhouette"] == [silhouette_color(value) for value in SILHOUETTES]
    assert set(colors["split"]) == {PALETTE[0]}


def test_the_worst_of_many_classes_alone_have_a_color(mapped):
    reel = read_reel([mapped(classes=[f"class {i}" for i in range(12)])])
    colors = point_colors(reel, reel.tracks[0], 1, "worst")
    assert colors[:8].tolist() == list(HIGHLIGHTS)  # their silhouettes are the lowest
    assert set(colors[8:]) == {OTHER}


def test_points_are_gray_where_nothing_was_stored(mapped, recording):
    recorder = recording("bare", epochs=1)
    add_frame(recorder.paths, "umap-2d-0a1b2c3d", np.zeros((12, 2)))
    reel = read_reel([recorder.run_id])
    assert set(point_colors(reel, reel.tracks[0], 1, "prediction")) == {OTHER}


@pytest.mark.parametrize(
    ("color", "first"), [("correct", "right"), ("silhouette", "−1 in another class"), ("class", "cat")]
)
def test_the_legend_says_what_the_colors_mean(mapped, color, first):
    run_id = mapped()
    assert legend(read_reel([run_id]), color)[0][0] == first
    assert f">{first}</text>" in map_svg([run_id], None, Look(color=color)).body.decode()


def test_a_replay_opens_as_the_maps_were(mapped):
    page = replay_html([mapped()], None, Look(projection="pca", color="correct")).body.decode()
    assert '"look": {"projection": "pca", "color": "correct"}' in page


def test_a_gif_says_that_it_cannot_show_a_map_in_space(mapped):
    assert "usual one" in map_gif([mapped()], None, "umap-3d-0a1b2c3d", width=320).notes[0]
