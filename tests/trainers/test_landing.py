import json

import numpy as np
import pytest
from PIL import Image

from softsil.errors import SoftsilError
from softsil.runs.files import write_array, write_json
from softsil.runs.reader import RunReader
from softsil.runs.writer import RunWriter
from trainers.__main__ import main
from trainers.checkpoint import CheckpointStore
from trainers.config import RunConfig
from trainers.data.dataset import Dataset, Split
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError
from trainers.landing import land
from trainers.pictures import Reading, read_picture, reading_of


def digits():
    spec = DATA_SETS.get("digits")
    return spec.load(spec.config())


@pytest.fixture
def run(train):
    """A network trained on the digits for three epochs."""
    return train(RunConfig(data="digits", objective="ce", epochs=3, batch_size=64, watched_samples=200, device="cpu"))


@pytest.fixture
def sample(run, tmp_path):
    """A watched sample: its row, and its picture as a file."""
    row = 17
    path = tmp_path / "digit.png"
    Image.fromarray(digits().thumbnails[run.samples.ids[row]]).save(path)
    return row, path


def test_a_watched_picture_lands_on_itself(run, sample):
    row, path = sample
    found = land(run, path)
    assert found.epoch == 3
    assert found.neighbors[0].sample == str(run.samples.ids[row])
    assert found.neighbors[0].distance == pytest.approx(0, abs=5e-3)
    assert found.prediction == run.samples.class_names[run.predictions(3)[row]]


def test_neighbors_are_the_nearest_of_all_watched_samples(run, sample):
    row, path = sample
    rows = run.embeddings(3).astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    expected = np.sort(1 - rows @ rows[row])[:10]
    assert [one.distance for one in land(run, path).neighbors] == pytest.approx(expected.tolist(), abs=5e-3)


def test_its_place_lies_among_its_neighbors(run, sample):
    row, path = sample
    layout = np.random.default_rng(0).normal(size=(len(run.samples), 2)).astype(np.float32)
    write_json(run.paths.projection("pca-2d-00000000") / "config.json", {"method": "pca", "dims": 2})
    write_array(run.paths.frame("pca-2d-00000000", 3), layout)
    found = land(run, path)
    corners = layout[[one.row for one in found.neighbors]]
    place = np.array(found.places["pca-2d-00000000"])
    assert (corners.min(axis=0) <= place).all()
    assert (place <= corners.max(axis=0)).all()
    assert np.linalg.norm(place - layout[row]) < np.linalg.norm(corners.mean(axis=0) - layout[row])


def test_the_kept_network_nearest_to_an_epoch_is_used(run, sample):
    kept = {
        entry["epoch"] for entry in json.loads(run.paths.model.joinpath("manifest.json").read_text())["checkpoints"]
    }
    assert {2, 3} <= kept
    assert land(run, sample[1], epoch=2).epoch == 2
    assert land(run, sample[1], epoch=99).epoch == 3


def test_a_damaged_checkpoint_gives_way_to_the_next_nearest(run):
    (run.paths.model / "epoch_00003.safetensors").write_bytes(b"nothing")
    assert CheckpointStore(run.paths).nearest(3).epoch == 2


def test_the_command_says_where_it_lands_as_json(run, sample, capsys):
    arguments = ["embed", run.run_id, "--image", str(sample[1]), "--json", "--root", str(run.paths.root)]
    assert main(arguments) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert len(found["neighbors"]) == 10
    assert "approximate" in found["notes"][-1]


def test_the_command_answers_a_bad_picture_with_a_sentence(run, tmp_path, capsys):
    (tmp_path / "not.png").write_text("hello")
    arguments = ["embed", run.run_id, "--image", str(tmp_path / "not.png"), "--json", "--root", str(run.paths.root)]
    assert main(arguments) == 2
    assert "not.png cannot be read as a picture" in json.loads(capsys.readouterr().err)["error"]


def test_a_run_of_another_program_has_no_network(tmp_path):
    with RunWriter("own", labels=[0, 1, 0, 1], root=tmp_path) as writer:
        writer.log(0, np.eye(4))
    with pytest.raises(SoftsilError):
        land(RunReader(writer.run_id, tmp_path), tmp_path / "x.png")


def test_vectors_are_no_pictures(train, small_run, tmp_path):
    with pytest.raises(DataError, match="not trained on pictures"):
        land(train(small_run(epochs=1)), tmp_path / "x.png")


def test_the_digits_are_read_as_ink_on_paper():
    reading = reading_of(digits())
    assert reading.shape == (1, 8, 8)
    assert (reading.scale, reading.offset) == (pytest.approx(-1, abs=0.01), pytest.approx(1, abs=0.01))


def color_data(scale):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, size=(20, 6, 5, 3), dtype=np.uint8)
    inputs = (scale * pictures.transpose(0, 3, 1, 2) / 255).astype(np.float32)
    split = Split(inputs, np.zeros(20, np.int64), np.arange(20))
    return Dataset(split, split, split, ["a"], pictures), pictures, inputs


def test_colors_come_first_and_are_scaled_as_in_the_data():
    data, pictures, inputs = color_data(2.0)
    assert reading_of(data).inputs(pictures[3])[0] == pytest.approx(inputs[3], abs=1e-4)


def test_inputs_that_do_not_follow_from_the_pictures_are_refused():
    data, pictures, inputs = color_data(1.0)
    shuffled = Split(inputs[::-1].copy(), data.train.labels, data.train.ids)
    with pytest.raises(DataError, match="is not known"):
        reading_of(Dataset(shuffled, shuffled, shuffled, ["a"], pictures))
    with pytest.raises(DataError, match="not what its network reads"):
        reading_of(Dataset(data.train, data.train, data.train, ["a"], None))


def test_bytes_are_read_as_brightness():
    data, pictures, _ = color_data(1.0)
    split = Split(pictures.transpose(0, 3, 1, 2), data.train.labels, data.train.ids)
    assert reading_of(Dataset(split, split, split, ["a"], None)) == Reading((3, 6, 5), 1.0, 0.0)


def test_a_picture_is_cut_to_the_middle_and_scaled(tmp_path):
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:, 20:60] = 200
    Image.fromarray(picture).save(tmp_path / "wide.png")
    found, size = read_picture(tmp_path / "wide.png", (1, 8, 8))
    assert size == (80, 40)
    assert found.shape == (8, 8)
    assert (found > 150).all()


def test_what_is_transparent_is_paper(tmp_path):
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (read_picture(tmp_path / "clear.png", (3, 8, 8))[0] == 255).all()


def test_a_huge_picture_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    Image.new("L", (20, 20)).save(tmp_path / "huge.png")
    monkeypatch.setattr("trainers.pictures.MOST_PIXELS", 399)
    with pytest.raises(DataError, match="at most"):
        read_picture(tmp_path / "huge.png", (1, 8, 8))
