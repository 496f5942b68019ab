"""Ready-made embeddings become a run that can be looked at."""

import numpy as np
import pandas as pd
import pytest

from softsil.runs.reader import RunReader
from trainers.__main__ import main
from trainers.errors import ImportFailedError
from trainers.imports.embeddings import import_embeddings

VECTORS = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
KINDS = ["cat", "dog", "owl"] * 10


@pytest.fixture
def table(tmp_path):
    frame = pd.DataFrame(VECTORS, columns=["a", "b", "c", "d"]).assign(kind=KINDS)
    frame.to_csv(tmp_path / "animals.csv", index=False)
    return tmp_path / "animals.csv"


def test_the_rows_are_the_embeddings_unchanged(table, tmp_path):
    run = RunReader(import_embeddings(table, tmp_path / "runs"), tmp_path / "runs")
    np.testing.assert_allclose(run.embeddings(0), VECTORS, atol=1e-2)
    assert [run.samples.class_names[label] for label in run.samples.labels] == KINDS


def test_the_run_was_recorded_and_is_done_and_has_silhouettes(table, tmp_path):
    run = RunReader(import_embeddings(table, tmp_path / "runs"), tmp_path / "runs")
    assert (run.config["kind"], run.status.state, run.config["name"]) == ("recorded", "done", "animals")
    assert len(run.history("watched")[0]["silhouette_per_class"]) == 3


def test_arrays_are_read_as_well(tmp_path):
    np.savez(tmp_path / "animals.npz", inputs=VECTORS, labels=KINDS)
    run = RunReader(import_embeddings(tmp_path / "animals.npz", tmp_path / "runs"), tmp_path / "runs")
    np.testing.assert_allclose(run.embeddings(0), VECTORS, atol=1e-2)


def test_the_label_column_can_be_chosen(tmp_path):
    pd.DataFrame(VECTORS, columns=["a", "b", "c", "d"]).assign(label=1.0, kind=KINDS).to_csv(
        tmp_path / "x.csv", index=False
    )
    with pytest.raises(ImportFailedError, match="has 1 class"):
        import_embeddings(tmp_path / "x.csv", tmp_path / "runs")
    run = RunReader(import_embeddings(tmp_path / "x.csv", tmp_path / "runs", "kind"), tmp_path / "runs")
    assert run.samples.class_names == ["cat", "dog", "owl"]


def test_a_defect_is_a_sentence_and_no_run(tmp_path):
    pd.DataFrame({"a": [1, 2, "x", 4], "label": ["p", "q"] * 2}).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(ImportFailedError, match="row 3, column 'a' holds 'x'"):
        import_embeddings(tmp_path / "x.csv", tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ImportFailedError, match="there is no file"):
        import_embeddings(tmp_path / "x.csv", tmp_path / "runs")


def test_pictures_are_no_embeddings(tmp_path):
    np.savez(tmp_path / "x.npz", inputs=np.zeros((6, 4, 4), np.uint8), labels=[0, 1] * 3)
    with pytest.raises(ImportFailedError, match=r"inputs has shape .* expected embeddings \[n, d\]"):
        import_embeddings(tmp_path / "x.npz", tmp_path / "runs")


def test_the_command_line_imports_a_table(table, tmp_path, capsys):
    assert main(["import", str(table), "--label", "kind", "--root", str(tmp_path / "runs")]) == 0
    assert "animals" in capsys.readouterr().out
