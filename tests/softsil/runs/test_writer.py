"""The RunWriter writes what the RunReader reads back, and refuses what would mislead."""

import json

import numpy as np
import pytest
import torch
from sklearn.metrics import silhouette_samples as reference_silhouette

from softsil import RunReader
from softsil.errors import RunBusyError
from softsil.runs.creation import create_run
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.status import State
from softsil.runs.writer import RunWriter

LABELS = np.array([0, 0, 1, 1, 2, 2])


@pytest.fixture
def embeddings() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


@pytest.fixture
def recorder(tmp_path):
    with RunWriter("my run", labels=LABELS, root=tmp_path) as recorder:
        yield recorder


def reader_of(recorder: RunWriter) -> RunReader:
    return RunReader(recorder.run_id, recorder.paths.root)


def test_scalars_logged_in_two_calls_are_one_row(recorder):
    recorder.log(1, loss=0.5)
    recorder.log(1, accuracy=torch.tensor(0.25))
    (row,) = reader_of(recorder).history("train")
    assert (row["epoch"], row["loss"], row["accuracy"]) == (1, 0.5, 0.25)


def test_nan_scalars_become_null_so_that_every_line_is_json(recorder):
    recorder.log(1, loss=float("nan"), values=[1.0, float("inf")])
    (line,) = recorder.paths.metrics.read_text().splitlines()
    row = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert row["loss"] is None
    assert row["values"] == [1.0, None]


def test_embeddings_come_back_within_half_precision(recorder, embeddings):
    recorder.log(3, embeddings=torch.tensor(embeddings, requires_grad=True))
    reader = reader_of(recorder)
    assert reader.embedding_epochs() == [3]
    np.testing.assert_allclose(reader.embeddings(3), embeddings, rtol=1e-3)


def test_embeddings_beyond_half_precision_are_kept_in_single_precision(recorder, embeddings):
    recorder.log(1, embeddings=embeddings * 1e6)
    np.testing.assert_array_equal(reader_of(recorder).embeddings(1), embeddings * 1e6)


def test_silhouettes_are_those_of_scikit_learn(recorder, embeddings):
    recorder.log(1, embeddings=embeddings)
    expected = reference_silhouette(embeddings, LABELS, metric="cosine")
    np.testing.assert_allclose(reader_of(recorder).silhouettes(1), expected, atol=1e-5)


def test_watched_row_holds_the_mean_of_every_class(recorder, embeddings):
    recorder.log(1, embeddings=embeddings)
    (row,) = reader_of(recorder).history("watched")
    samples = reference_silhouette(embeddings, LABELS, metric="cosine")
    np.testing.assert_allclose(row["silhouette_per_class"], samples.reshape(3, 2).mean(1), atol=1e-5)
    assert row["silhouette"] == pytest.approx(samples.mean(), abs=1e-5)


def test_training_points_neither_change_nor_enter_the_silhouettes_of_held_out_points(tmp_path, embeddings):
    learned = np.random.default_rng(1).normal(size=(6, embeddings.shape[1]))
    split = ["validation"] * len(LABELS) + ["train"] * 6
    with RunWriter("both", labels=[*LABELS, 0, 0, 1, 1, 2, 2], split=split, root=tmp_path) as recorder:
        recorder.log(1, np.vstack([embeddings, learned]))
    stored, held_out = reader_of(recorder), reference_silhouette(embeddings, LABELS, metric="cosine")
    np.testing.assert_allclose(stored.silhouettes(1)[: len(LABELS)], held_out, atol=1e-5)
    expected = reference_silhouette(learned, [0, 0, 1, 1, 2, 2], metric="cosine")
    np.testing.assert_allclose(stored.silhouettes(1)[len(LABELS) :], expected, atol=1e-5)
    assert stored.history("watched")[0]["silhouette"] == pytest.approx(held_out.mean(), abs=1e-5)


def test_absent_class_has_no_silhouette(tmp_path, embeddings):
    names = ["cat", "dog", "emu", "fox"]
    with RunWriter("run", labels=LABELS, class_names=names, root=tmp_path) as recorder:
        recorder.log(1, embeddings=embeddings)
    (row,) = reader_of(recorder).history("watched")
    assert row["silhouette_per_class"][3] is None


def test_any_labels_become_classes_and_predictions_follow(tmp_path):
    with RunWriter("run", labels=["emu", "cat", "emu"], root=tmp_path) as recorder:
        recorder.log(1, predictions=np.array(["cat", "cat", "dodo"]))
    reader = reader_of(recorder)
    assert reader.samples.class_names == ["cat", "emu"]
    assert reader.samples.labels.tolist() == [1, 0, 1]
    assert reader.predictions(1).tolist() == [0, 0, -1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"embeddings": np.zeros((5, 4))}, r"shape \[5, 4\], expected \[6, d\]"),
        ({"embeddings": np.full((6, 4), np.nan)}, r"not finite in 6 row\(s\), first row 0"),
        ({"predictions": np.zeros(3)}, r"shape \[3\], expected \[6\]"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_a_sentence(recorder, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        recorder.log(1, **arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"labels": []}, "at least one class"),
        ({"labels": [0, 1], "samples": [7, 7]}, "ids repeat"),
        ({"labels": [0, 1], "samples": [7]}, "expected one id for each of the 2 labels"),
        ({"labels": [0, 2], "class_names": ["a", "b"]}, "integers from 0 to 1"),
        ({"labels": [0, 1], "thumbnails": np.zeros((2, 8, 8))}, "must be uint8"),
    ],
)
def test_watched_sample_that_does_not_fit_leaves_no_run_behind(tmp_path, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        RunWriter("run", root=tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_embeddings_without_labels_say_what_is_missing(tmp_path):
    with RunWriter("run", root=tmp_path) as recorder, pytest.raises(ValueError, match=r"Recorder\(name, labels="):
        recorder.log(1, embeddings=np.zeros((2, 2)))


def test_leaving_the_block_ends_the_run_as_done(tmp_path):
    with RunWriter("run", root=tmp_path) as recorder:
        assert reader_of(recorder).status.state is State.RUNNING
    assert reader_of(recorder).status.state is State.DONE


def test_an_exception_in_the_block_marks_the_run_failed(tmp_path):
    with pytest.raises(ZeroDivisionError), RunWriter("run", root=tmp_path) as recorder:
        _ = 1 / 0
    status = reader_of(recorder).status
    assert (status.state, status.error) == (State.FAILED, "ZeroDivisionError: division by zero")


def test_a_closed_recorder_refuses_to_log(tmp_path):
    with RunWriter("run", root=tmp_path) as recorder:
        pass
    with pytest.raises(ValueError, match="is closed"):
        recorder.log(1, loss=0.1)


def test_two_writers_never_share_a_run(recorder):
    with pytest.raises(RunBusyError, match="held by another process"):
        RunWriter.open(recorder.paths)


def test_resuming_keeps_the_history_up_to_the_epoch_and_drops_the_rest(recorder, embeddings):
    for epoch in range(4):
        recorder.log(epoch, embeddings=embeddings, predictions=LABELS, loss=epoch)
    recorder.finish("stopped")
    with recorder.paths.metrics.open("a") as file:
        file.write('{"epoch": 4, "torn')
    with RunWriter.open(recorder.paths, resume_epoch=2) as resumed:
        resumed.log(3, embeddings=embeddings, loss=33)
    reader = reader_of(recorder)
    assert [row["loss"] for row in reader.history("train")] == [0, 1, 2, 33]
    assert reader.embedding_epochs() == [0, 1, 2, 3]
    assert reader.predictions(3) is None
    assert len(recorder.paths.metrics.read_text().splitlines()) == 8


def test_opening_afresh_drops_what_an_earlier_attempt_left(tmp_path, embeddings):
    paths = RunPaths(tmp_path, new_run_id("x"))
    create_run(paths, name="x", experiment="e", kind="training", config={"epochs": 2}, epochs=2)
    for _ in range(2):
        with RunWriter.open(paths) as recorder:
            recorder.log(0, loss=1.0)
    assert len(RunReader(paths.run_id, tmp_path).history()) == 1


def test_recording_scalars_does_not_import_torch(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; from softsil import RunReader; from softsil.runs.writer import RunWriter\n"
        f"with RunWriter('x', labels=[0, 1], root={str(tmp_path)!r}) as r: r.log(1, loss=0.1)\n"
        "RunReader(r.run_id, r.paths.root).history()\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_sample_a_class_has_no_silhouettes_but_is_recorded(tmp_path):
    with RunWriter("singles", labels=np.arange(5), root=tmp_path) as writer:
        writer.log(0, np.eye(5))
    assert np.load(writer.paths.silhouettes(0)).tolist() == [0.0] * 5
