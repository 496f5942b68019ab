import os

import pytest

from softsil.runs.paths import RunPaths
from trainers.bench.kept import Kept

RUN = "20260101-120000-ce-abcd"


@pytest.fixture
def run(tmp_path):
    paths = RunPaths(tmp_path, RUN)
    paths.folder.mkdir()
    paths.metrics.write_text("{}\n")
    return paths


def measured(path, run, value):
    kept = Kept(path)
    found = kept.measured(run, "numbers", lambda: {"top1": value})
    kept.save()
    return found["top1"]


def test_a_run_is_measured_once(tmp_path, run):
    assert [measured(tmp_path / "measured.json", run, value) for value in (1.0, 2.0)] == [1.0, 1.0]


def test_a_run_whose_history_went_on_is_measured_anew(tmp_path, run):
    measured(tmp_path / "measured.json", run, 1.0)
    os.utime(run.metrics, ns=(0, run.metrics.stat().st_mtime_ns + 1))
    assert measured(tmp_path / "measured.json", run, 2.0) == 2.0


@pytest.mark.parametrize("content", ["{", '{"schema": 0, "runs": {}}'])
def test_a_damaged_file_is_as_good_as_none(tmp_path, run, content):
    (tmp_path / "measured.json").write_text(content)
    assert measured(tmp_path / "measured.json", run, 3.0) == 3.0
