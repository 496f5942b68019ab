"""kill -9 at random moments, a few rounds of what ``python -m benchmarks.kill_rounds`` does a hundred times."""

import os

import pytest

from benchmarks.kill_rounds import Rounds, faults_of, numbers
from softsil.runs.files import append_json_line

ROUNDS = int(os.environ.get("SOFTSIL_KILL_ROUNDS", "3"))


@pytest.mark.slow
@pytest.mark.timeout(120 + 60 * ROUNDS)
def test_runs_killed_at_random_moments_end_done_with_the_numbers_of_one_that_was_not(runs_folder, capsys):
    rounds = Rounds(runs_folder, victims=("job", "job", "supervisor"), epochs=150)
    try:
        report = rounds.carry_out(ROUNDS)
    finally:
        rounds.end()
    assert report.broken == []
    assert report.killed.total() > 0
    with capsys.disabled():
        print(f"{ROUNDS} rounds, {report.runs} run(s), killed: {dict(report.killed)}")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda paths: append_json_line(paths.metrics, {"epoch": 2, "split": "validation"}), "gaps, repetitions"),
        (lambda paths: paths.embeddings(1).unlink(), "a snapshot is missing"),
        (lambda paths: paths.silhouettes(1).unlink(), "unreadable snapshot"),
        (lambda paths: append_json_line(paths.metrics, {"epoch": 2, "split": "train", "loss": 9.0}), "numbers differ"),
        (lambda paths: (paths.model / "manifest.json").unlink(), "last checkpoint is missing"),
    ],
)
def test_the_check_after_the_rounds_sees_every_fault(train, small_run, damage, fault):
    reader = train(small_run())
    expected = numbers(reader)
    assert faults_of(reader, expected) == []
    damage(reader.paths)
    assert any(fault in one for one in faults_of(reader, expected))
