"""The Recorder writes in the background: a training loop is neither slowed nor broken by it."""

import logging
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from softsil import Recorder, RunReader
from softsil.runs import recorder as recorder_module
from softsil.runs.status import State
from softsil.runs.writer import RunWriter

LABELS = np.array([0, 0, 1, 1, 2, 2])


@pytest.fixture
def embeddings() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


@pytest.fixture
def gate(monkeypatch):
    """A disk that takes nothing before it is opened."""
    opened, write = threading.Event(), RunWriter.log

    def slow(self, *arguments, **values):
        opened.wait()
        write(self, *arguments, **values)

    monkeypatch.setattr(RunWriter, "log", slow)
    yield opened
    opened.set()


def reader_of(recorder: Recorder) -> RunReader:
    return RunReader(recorder.run_id, recorder.paths.root)


def test_everything_logged_is_there_when_the_block_is_left(tmp_path, embeddings):
    with Recorder("my run", labels=LABELS, root=tmp_path) as recorder:
        for epoch in range(3):
            recorder.log(epoch, embeddings, predictions=LABELS, loss=0.5 * epoch)
            recorder.flush()
    reader = reader_of(recorder)
    assert reader.embedding_epochs() == [0, 1, 2]
    assert [row["loss"] for row in reader.history("train")] == [0, 0.5, 1.0]
    assert reader.status.state is State.DONE


def test_flush_waits_until_the_values_are_on_disk(tmp_path):
    with Recorder("my run", root=tmp_path) as recorder:
        recorder.log(1, loss=0.5)
        recorder.flush()
        assert [row["loss"] for row in reader_of(recorder).history("train")] == [0.5]


def test_log_returns_while_the_disk_is_stuck_and_leaves_embeddings_out_before_scalars(
    tmp_path, embeddings, gate, caplog
):
    with Recorder("my run", labels=LABELS, root=tmp_path) as recorder:
        for epoch in range(20):
            recorder.log(epoch, embeddings, loss=epoch)
        gate.set()
    reader = reader_of(recorder)
    assert [row["loss"] for row in reader.history("train")] == list(range(20))
    assert reader.embedding_epochs() == list(range(recorder_module.EMBEDDINGS_WAITING))
    assert recorder.left_out == 20 - recorder_module.EMBEDDINGS_WAITING
    said = [record.message for record in caplog.records if "left out" in record.message]
    assert said == ["the disk is slower than the training: embeddings of epoch 4 are left out"]
    assert said[0] in reader.paths.log.read_text()


def test_scalars_beyond_what_can_wait_are_left_out_and_counted(tmp_path, gate, monkeypatch, caplog):
    monkeypatch.setattr(recorder_module, "CALLS_WAITING", 3)
    with Recorder("my run", root=tmp_path) as recorder:
        for epoch in range(10):
            recorder.log(epoch, loss=epoch)
        gate.set()
    kept = len(reader_of(recorder).history("train"))
    assert kept + recorder.left_out == 10
    assert recorder.left_out >= 6


def test_a_tensor_changed_after_the_call_is_recorded_as_it_was(tmp_path, gate):
    with Recorder("my run", labels=LABELS, root=tmp_path) as recorder:
        points, loss = torch.eye(6), torch.tensor(0.25)
        recorder.log(1, points, loss=loss)
        points.zero_()
        loss.fill_(9)
        gate.set()
    reader = reader_of(recorder)
    np.testing.assert_array_equal(reader.embeddings(1), np.eye(6))
    assert reader.history("train")[0]["loss"] == 0.25


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"embeddings": np.zeros((5, 4))}, "shape [5, 4], expected [6, d]"),
        ({"embeddings": np.full((6, 4), np.nan)}, "not finite in 6 row(s)"),
        ({"loss": object()}, "not recorded: "),
    ],
)
def test_what_cannot_be_recorded_is_said_in_the_log_and_the_loop_goes_on(tmp_path, caplog, arguments, sentence):
    with Recorder("my run", labels=LABELS, root=tmp_path) as recorder:
        recorder.log(1, **arguments)
        recorder.log(2, loss=0.5)
    assert [row["epoch"] for row in reader_of(recorder).history("train")] == [2]
    assert sentence in caplog.text
    assert sentence in recorder.paths.log.read_text()


def test_a_disk_that_fails_does_not_reach_the_loop(tmp_path, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    with Recorder("my run", root=tmp_path) as recorder:
        monkeypatch.setattr("softsil.runs.writer.append_json_line", full)
        for epoch in range(3):
            recorder.log(epoch, loss=0.5)
    assert caplog.text.count("No space left on device") == 1


def test_strict_raises_at_the_call_and_writes_before_it_returns(tmp_path):
    with Recorder("my run", labels=LABELS, root=tmp_path, strict=True) as recorder:
        recorder.log(1, loss=0.5)
        assert reader_of(recorder).history("train")[0]["loss"] == 0.5
        with pytest.raises(ValueError, match="shape"):
            recorder.log(2, np.zeros((5, 4)))


def test_labels_that_do_not_fit_raise_before_the_training_has_begun(tmp_path):
    with pytest.raises(ValueError, match="ids repeat"):
        Recorder("run", labels=[0, 1], samples=[7, 7], root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_logging_after_the_end_warns_and_changes_nothing(tmp_path, caplog):
    with Recorder("run", root=tmp_path) as recorder:
        recorder.log(1, loss=0.5)
    recorder.log(2, loss=0.4)
    assert "after the recorder" in caplog.text
    assert len(reader_of(recorder).history()) == 1


def test_an_exception_in_the_block_marks_the_run_failed_with_all_that_was_logged(tmp_path):
    def train(recorder: Recorder) -> None:
        recorder.log(1, loss=0.5)
        raise ZeroDivisionError("division by zero")

    with pytest.raises(ZeroDivisionError), Recorder("run", root=tmp_path) as recorder:
        train(recorder)
    reader = reader_of(recorder)
    assert (reader.status.state, reader.status.error) == (State.FAILED, "ZeroDivisionError: division by zero")
    assert reader.history("train")[0]["loss"] == 0.5


def test_a_program_that_forgets_to_close_leaves_a_stopped_run_with_everything_logged(tmp_path):
    code = (
        "import sys; from softsil import Recorder\n"
        f"recorder = Recorder('x', labels=[0, 1], root={str(tmp_path)!r})\n"
        "for epoch in range(50): recorder.log(epoch, loss=0.1)\n"
        "assert 'torch' not in sys.modules\n"
        "print(recorder.run_id)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    reader = RunReader(ended.stdout.strip(), tmp_path)
    assert reader.status.state is State.STOPPED
    assert len(reader.history("train")) == 50


def test_warnings_go_to_the_logger_of_the_library(tmp_path, caplog):
    caplog.set_level(logging.WARNING, logger="softsil")
    with Recorder("run", root=tmp_path) as recorder:
        recorder.log(1, np.zeros((2, 2)))
    assert [record.name for record in caplog.records] == ["softsil"]
