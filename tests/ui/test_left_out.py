"""Epochs without a map, and what an own loop could not record, are named."""

import logging

import numpy as np
import pytest

from softsil.runs.files import write_array, write_json
from softsil.runs.reader import RunReader
from softsil.runs.recorder import Recorder
from ui.left_out import left_out
from ui.run_view import view_runs

KEY = "pca-2d-0123abcd"


@pytest.fixture
def mapped(recording):
    """A run with embeddings at epochs 0 to 3 and frames at those asked for; those in ``bad`` are not numbers."""

    def make(frames, bad=()):
        paths = recording("ce").paths
        write_json(paths.projection(KEY) / "config.json", {"schema": 1, "method": "pca", "dims": 2})
        for epoch in frames:
            write_array(paths.frame(KEY, epoch), np.zeros((12, 2), np.float32))
        for epoch in bad:
            write_array(paths.embeddings(epoch), np.full((12, 4), np.nan, np.float16))
        return RunReader(paths.run_id, paths.root)

    return make


def test_skipped_epochs_are_named_with_the_reason(mapped):
    reader = mapped(frames=[0, 3], bad=[1, 2])
    [sentence] = left_out(reader)
    assert sentence.startswith("ce: no map at epochs 1, 2. Epoch 1: ")
    assert "NaN" in sentence
    assert sentence in view_runs([reader.run_id])[0].problems


def test_epochs_whose_map_is_still_to_come_are_not_named(mapped):
    assert left_out(mapped(frames=[0, 3])) == ()
    assert left_out(mapped(frames=[])) == ()


def test_what_the_recorder_of_an_own_loop_left_out_is_named(runs_folder, caplog):
    caplog.set_level(logging.CRITICAL, "softsil")
    with Recorder("mine", labels=[0, 1, 0, 1]) as recorder:
        recorder.log(1, embeddings=np.full((4, 2), np.nan))
    [sentence] = left_out(RunReader(recorder.run_id))
    assert sentence.startswith("mine: not recorded: embeddings at epoch 1 are not finite")


def test_a_log_of_a_training_of_our_own_is_no_problem(recording):
    recorder = recording("ce")
    recorder.paths.log.write_text("epoch 1 took 3 s\n")
    assert left_out(RunReader(recorder.run_id, recorder.paths.root)) == ()
