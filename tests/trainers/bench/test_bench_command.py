import json
import os

import pytest

from trainers.__main__ import main
from trainers.bench.folder import BenchmarkFolder


def test_the_estimate_trains_nothing(runs_folder, capsys):
    assert main(["bench", "--preset", "quick", "--estimate", "10", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["runs"], said["hours"] > 0) == (21, True)
    assert list(runs_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--losses", "cee"], "Did you mean 'ce'?"),
        (["--data", "digit"], "digits"),
        (["--name", "../x"], "one folder's name"),
        (["--seeds", "0"], "seeds"),
    ],
)
def test_a_wrong_option_is_answered_with_a_sentence(runs_folder, capsys, arguments, sentence):
    assert main(["bench", "--preset", "quick", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert list(runs_folder.iterdir()) == []


def test_a_report_of_nothing_is_answered_with_a_sentence(runs_folder, capsys):
    assert main(["report", "nothing"]) == 2
    assert "benchmark.json cannot be read: it does not exist" in capsys.readouterr().err


@pytest.mark.slow
def test_a_benchmark_runs_from_the_command_line_to_its_report(runs_folder, tmp_path, capsys):
    command = ["bench", "--preset", "quick", "--losses", "ce", "supcon2", "--to", str(tmp_path / "docs"), "--json"]
    assert main(command) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[-1] == {"runs": 7, "report": str(tmp_path / "docs" / "report.html")}
    assert said[-2]["done"] == said[-2]["total"] == 7
    assert (tmp_path / "docs" / "README.md").exists()
    assert "SOFTSIL_CPU_SLOTS" not in os.environ
    folder = BenchmarkFolder("quick", runs_folder)
    processes = {folder.reader(run.run_id).status.pid for run in folder.runs()}
    assert len(processes) < 7  # one process carries several runs
    assert not (folder.path / ".softsil" / "projector.lock").exists()
