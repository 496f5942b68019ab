"""Commands that order the queue, clone, annotate, delete and restore."""

import json
import sys

import pytest

from softsil.errors import RunNotFoundError
from softsil.runs.paths import RunPaths
from softsil.runs.reader import RunReader, list_runs
from softsil.runs.status import RunStatus, State, read_status, write_status
from trainers import launchers
from trainers.__main__ import main
from trainers.cloning import cloned
from trainers.errors import LaunchError
from trainers.launchers import control, local
from trainers.launchers.queue import is_paused, queued


@pytest.fixture
def services(monkeypatch):
    """Counts the calls that would start processes, instead of starting any."""
    calls = []
    for module in (control, launchers):
        monkeypatch.setattr(module, "ensure_services", lambda *arguments, **options: calls.append(arguments))
    return calls


@pytest.fixture
def launched(runs_folder, services, small):
    """Three waiting runs."""
    return launchers.launch(small(losses=["ce", "sil", "ce+sil"]))


@pytest.fixture
def said(capsys):
    """Carries out a command with ``--json`` and returns what it printed."""

    def carry_out(*arguments):
        capsys.readouterr()
        assert main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return carry_out


def test_pause_and_continue_are_shown_by_queue_and_status(launched, said, services):
    assert said("pause")["paused"] is True
    assert said("status", launched[0])[0]["queue_paused"] is True
    services.clear()
    answer = said("continue")
    assert answer["paused"] is False
    assert [row["run_id"] for row in answer["waiting"]] == launched
    assert len(services) == 1


def test_a_pause_outlives_its_command_and_a_launch(launched, said, small, runs_folder):
    said("pause")
    launchers.launch(small())
    assert is_paused(runs_folder)
    local.ensure_supervisor(runs_folder)  # would start a process
    assert not (runs_folder / ".softsil" / "supervisor.log").exists()


def test_priority_moves_waiting_runs(launched, said, runs_folder):
    rows = said("priority", launched[2], "--to", "1")
    assert [(row["queue_position"], row["priority"]) for row in rows] == [(1, 1)]
    assert queued(runs_folder) == [launched[2], launched[0], launched[1]]


def test_a_run_is_launched_and_cloned_with_a_priority(launched, said, runs_folder):
    (row,) = said("launch", "--losses", "supcon", "--device", "cpu", "--priority", "3")
    (clone,) = said("clone", launched[0], "--priority", "2")
    assert queued(runs_folder)[:3] == [clone["run_id"], row["run_id"], launched[0]]


@pytest.mark.parametrize("level", ["10", "-1", "high"])
def test_a_priority_out_of_range_is_refused(launched, capsys, level):
    with pytest.raises(SystemExit):
        main(["priority", launched[0], f"--to={level}"])
    assert "a priority is a number from 0 (first) to 9 (last)" in capsys.readouterr().err


def test_a_run_that_does_not_wait_has_no_priority(launched, capsys):
    launchers.stop(launched[0])
    assert main(["priority", launched[0], "--to", "1"]) == 2
    assert "does not wait" in capsys.readouterr().err


def test_a_cancelled_waiting_run_is_stopped_and_can_be_resumed(launched, runs_folder):
    launchers.stop(launched[0])
    assert read_status(RunPaths(runs_folder, launched[0])).state is State.STOPPED
    launchers.resume(launched[0])
    assert queued(runs_folder) == [launched[1], launched[2], launched[0]]


def test_clone_queues_a_run_with_the_changes(launched, said):
    (row,) = said("clone", launched[0], "--set", "epochs=50", "--set", "data.split_seed=4", "--set", "name=longer")
    before, after = (RunReader(run_id).config["config"] for run_id in (launched[0], row["run_id"]))
    assert (row["name"], row["state"], row["epochs"]) == ("longer", "queued", 50)
    assert after["data"] == {**before["data"], "split_seed": 4}
    assert after["objective"] == before["objective"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("epochs=0", "epochs: should be greater than or equal to 1, got 0"),
        ("epoch=3", "epoch: there is no such setting"),
        ("loss=cee", "Did you mean 'ce'?"),
        ("epochs.more=1", "epochs has no settings of its own"),
    ],
)
def test_a_clone_with_a_wrong_change_is_answered_with_a_sentence(launched, capsys, change, sentence):
    assert main(["clone", launched[0], "--set", change]) == 2
    assert sentence in capsys.readouterr().err
    assert len(list_runs()) == 3


@pytest.mark.parametrize(
    ("changes", "comparable"),
    [({"seed": 3}, True), ({"loss": "supcon"}, True), ({"name": "x"}, True), ({"epochs": 9}, False)],
)
def test_a_clone_stays_in_the_experiment_as_long_as_it_is_a_fair_comparison(small_run, changes, comparable):
    run = small_run(experiment="together")
    assert cloned(run, changes).experiment == ("together" if comparable else "")


def test_a_clone_with_another_loss_is_called_after_it(small_run):
    assert cloned(small_run(name="ce"), {"loss": "ce+sil"}).name == "ce+sil"
    assert cloned(small_run(name="mine"), {"loss": "ce+sil"}).name == "mine"


def test_note_changes_what_it_names_and_list_leaves_out_the_archived(launched, said):
    said("note", launched[0], "--tags", "paper", "slow", "--text", "the baseline", "--name", "baseline")
    (row,) = said("note", launched[0], "--archive")
    assert (row["name"], row["tags"], row["note"], row["archived"]) == (
        "baseline",
        ["paper", "slow"],
        "the baseline",
        True,
    )
    assert launched[0] not in {row["run_id"] for row in said("list")}
    assert launched[0] in {row["run_id"] for row in said("list", "--archived")}


def test_a_deleted_run_comes_back_as_it_was(launched, said, runs_folder):
    before = sorted(path.name for path in (runs_folder / launched[0]).iterdir())
    said("delete", launched[0])
    assert [row["run_id"] for row in said("trash")] == [launched[0]]
    assert queued(runs_folder) == launched[1:]
    (row,) = said("restore", "last")
    assert row["run_id"] == launched[0]
    assert sorted(path.name for path in (runs_folder / launched[0]).iterdir()) == before
    assert said("trash") == []


def test_delete_asks_at_a_terminal(launched, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["delete", launched[0]]) == 2
    assert "nothing was deleted" in capsys.readouterr().err
    assert RunReader(launched[0])
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert main(["delete", launched[0]]) == 0
    with pytest.raises(RunNotFoundError):
        RunReader(launched[0])


def test_an_emptied_trash_is_gone(launched, said, runs_folder):
    said("delete", launched[0])
    assert said("trash", "--empty") == []
    assert list((runs_folder / ".softsil" / "trash").iterdir()) == []


def test_restoring_what_was_never_deleted_is_answered_with_a_sentence(launched, capsys):
    assert main(["restore", launched[0]]) == 2
    assert "no deleted run has" in capsys.readouterr().err
    with pytest.raises(RunNotFoundError, match="the trash holds no run"):
        launchers.restore(launched[0])


def test_a_run_is_not_restored_over_another_one_nor_deleted_over_one_in_the_trash(launched, runs_folder):
    trash = launchers.delete(launched[0])
    (runs_folder / launched[0]).mkdir()
    with pytest.raises(LaunchError, match="there is a run"):
        launchers.restore(launched[0])
    write_status(RunPaths(runs_folder, launched[0]), RunStatus(State.DONE))
    with pytest.raises(LaunchError, match="the trash holds"):
        launchers.delete(launched[0])
    assert trash.is_dir()


def test_a_launch_that_fails_half_way_takes_back_what_it_had_queued(runs_folder, services, small, monkeypatch):
    made = []

    def create(paths, **settings):
        if made:
            raise OSError(28, "No space left on device")
        made.append(paths)
        original(paths, **settings)

    original = control.create_run
    monkeypatch.setattr(control, "create_run", create)
    with pytest.raises(OSError, match="No space left"):
        launchers.launch(small(losses=["ce", "sil"]))
    assert (len(made), list_runs(), queued(runs_folder), services) == (1, [], [], [])
