"""Run folders that somebody damaged: one sentence for each, and the others go on."""

import pytest

from softsil.runs.creation import create_run
from softsil.runs.files import read_json, write_json
from softsil.runs.lock import is_held
from softsil.runs.paths import RunPaths, new_run_id
from softsil.runs.status import State, read_status, write_status
from trainers import job, launchers
from trainers.errors import LaunchError
from trainers.launchers import stopping
from trainers.launchers.queue import enqueue, queued
from trainers.launchers.supervisor import Supervisor


@pytest.fixture
def queued_run(tmp_path, small_run):
    paths = RunPaths(tmp_path, new_run_id("r"))
    create_run(paths, name="r", experiment=None, kind="training", config=small_run().model_dump(mode="json"))
    enqueue(tmp_path, paths.run_id, "cpu")
    return paths


def change_setting(paths, **changes):
    config = read_json(paths.config)
    write_json(paths.config, {**config, "config": {**config["config"], **changes}})


def without_settings(paths):
    write_json(paths.config, {"kind": "training", "name": "r"})


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda paths: paths.config.unlink(), "config.json cannot be read: it does not exist"),
        (lambda paths: paths.config.write_text('{"config": {"epo'), "config.json cannot be read"),
        (without_settings, "config.json has no settings of a run"),
        (lambda paths: change_setting(paths, epochs=0), "epochs: should be greater than or equal to 1, got 0"),
        (lambda paths: change_setting(paths, data={"name": "digit"}), "Did you mean 'digits'?"),
    ],
)
def test_a_run_with_a_broken_config_fails_with_a_sentence(queued_run, damage, sentence):
    damage(queued_run)
    assert job.main([str(queued_run.folder)]) == 1
    status = read_status(queued_run)
    assert status.state is State.FAILED
    assert sentence in status.error
    assert "\n" not in status.error
    assert queued(queued_run.root) == []
    assert not is_held(queued_run.alive_lock)


def test_a_run_with_a_broken_config_does_not_keep_the_supervisor_from_the_others(queued_run, tmp_path):
    broken = RunPaths(tmp_path, new_run_id("broken"))
    create_run(broken, name="broken", experiment=None, kind="training", config={})
    without_settings(broken)
    Supervisor(tmp_path).adopt()
    assert queued_run.run_id in queued(tmp_path)


def test_a_run_without_settings_cannot_be_resumed(queued_run, tmp_path):
    without_settings(queued_run)
    write_status(queued_run, read_status(queued_run).changed(state=State.FAILED))
    with pytest.raises(LaunchError, match="has no settings of a run"):
        launchers.resume(queued_run.run_id, tmp_path)


def test_a_job_whose_run_was_deleted_does_not_bring_the_folder_back(queued_run, tmp_path):
    launchers.delete(queued_run.run_id, tmp_path)
    assert job.main([str(queued_run.folder)]) == 1
    assert not queued_run.folder.exists()


def test_no_job_can_begin_while_its_waiting_run_is_marked_as_stopped(queued_run, tmp_path, monkeypatch):
    held = []

    def spy(paths, status):
        held.append(is_held(paths.alive_lock))
        write_status(paths, status)

    monkeypatch.setattr(stopping, "write_status", spy)
    launchers.stop(queued_run.run_id, tmp_path)
    assert held == [True]
    assert not is_held(queued_run.alive_lock)
    assert read_status(queued_run).state is State.STOPPED
