import dataclasses
import shutil

import pytest

from softsil.runs.status import State, read_status, write_status
from trainers import launchers
from trainers.bench import carry_out as module
from trainers.bench.carry_out import Bench, check
from trainers.bench.estimate import work
from trainers.bench.folder import BenchmarkFolder
from trainers.bench.plan import GRID, LEARNING_RATE, MAIN
from trainers.bench.registry import PRESETS
from trainers.bench.tuning import GRIDS
from trainers.config import read_run
from trainers.data import blobs
from trainers.data.dataset import Split, split_by_class
from trainers.errors import DataError, LaunchError

RATES, GRID_POINTS, COMPARED = 2, 2, 4
ALL = RATES + GRID_POINTS + COMPARED


def test_all_is_trained_once_and_listed(carry_out, preset, folder, trained):
    carry_out(preset)
    listed = folder.runs()
    studies = [run.study for run in listed]
    assert [studies.count(study) for study in (LEARNING_RATE, GRID, MAIN)] == [RATES, GRID_POINTS, COMPARED]
    assert len(trained) == len({run.run_id for run in listed}) == work(preset).runs


def test_a_second_call_trains_nothing(carry_out, preset, folder, trained):
    carry_out(preset)
    before = folder.runs()
    trained.clear()
    carry_out(preset)
    assert trained == []
    assert folder.runs() == before
    assert [session["trained"] for session in folder.sessions()] == [ALL, 0]


def test_only_what_is_missing_is_trained(carry_out, preset, folder, trained):
    carry_out(preset)
    gone = next(run for run in folder.runs() if (run.study, run.loss, run.seed) == (MAIN, "ce+sil", 1))
    shutil.rmtree(folder.paths(gone.run_id).folder)
    trained.clear()
    carry_out(preset)
    assert trained == ["ce+sil 1"]


def test_more_seeds_add_to_what_is_there(carry_out, preset, trained):
    carry_out(preset)
    trained.clear()
    carry_out(preset.narrowed(None, None, 3))
    assert trained == ["ce 2", "ce+sil 2"]


def test_without_a_manifest_the_runs_are_found_by_their_settings(carry_out, preset, folder, trained):
    carry_out(preset)
    folder.manifest.unlink()
    trained.clear()
    carry_out(preset)
    assert trained == []


def test_a_crashed_run_is_resumed_and_a_failed_one_only_on_request(carry_out, preset, folder, monkeypatch):
    carry_out(preset)
    crashed, failed = (folder.paths(run.run_id) for run in folder.runs()[-2:])
    resumed = []

    def resume(run_id, root, *, maps):
        resumed.append(run_id)
        paths = folder.paths(run_id)
        write_status(paths, read_status(paths).changed(state=State.DONE))

    monkeypatch.setattr(launchers, "resume", resume)
    write_status(crashed, read_status(crashed).changed(state=State.RUNNING))
    write_status(failed, read_status(failed).changed(state=State.FAILED))
    carry_out(preset)
    assert resumed == [crashed.run_id]
    carry_out(preset, retry_failed=True)
    assert resumed == [crashed.run_id, failed.run_id]


def test_an_interrupted_call_has_kept_its_manifest(preset, folder, trained, monkeypatch):
    def interrupt(self, preset):
        raise KeyboardInterrupt

    monkeypatch.setattr(Bench, "_settings", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Bench(folder, preset, "c", lambda progress: None).carry_out()
    assert len(folder.runs()) == RATES + GRID_POINTS


def test_runs_of_one_seed_differ_in_the_loss_alone(carry_out, preset, folder):
    carry_out(preset)
    runs = [run for run in folder.runs() if (run.study, run.seed) == (MAIN, 0)]
    configs = [read_run(folder.paths(run.run_id)).model_dump(exclude={"objective", "name"}) for run in runs]
    assert configs[0] == configs[1]


def test_the_comparison_uses_what_validation_chose(carry_out, preset, folder):
    bench = carry_out(preset)
    chosen = bench.chosen.of("blobs", "ce+sil")
    for run in folder.runs():
        config = read_run(folder.paths(run.run_id))
        if run.study == MAIN:
            assert config.learning_rate == bench.chosen.learning_rates["blobs"]
            if run.loss == "ce+sil":
                assert config.objective.terms["sil"].weight == chosen["sil.weight"]


def with_wrong_test_labels(*arguments, **options):
    """The data as it is split, then every test label wrong."""
    data = split_by_class(*arguments, **options)
    labels = (data.test.labels + 1) % len(data.class_names)
    return dataclasses.replace(data, test=Split(data.test.inputs, labels, data.test.ids))


def test_no_choice_reads_the_test_split(carry_out, preset, folder, tmp_path, monkeypatch):
    monkeypatch.setitem(GRIDS, "sil", {"weight": (0.1, 1.0, 3.0), "temperature": (0.05, 0.3)})
    right = carry_out(preset)
    monkeypatch.setattr(blobs, "split_by_class", with_wrong_test_labels)
    wrong = carry_out(preset, BenchmarkFolder("wrong", tmp_path))
    tests = [bench.folder.reader(bench.runs[-1].run_id).history("test")[0]["accuracy"] for bench in (right, wrong)]
    assert tests[0] != tests[1]  # the labels are really wrong
    assert right.chosen == wrong.chosen


def test_progress_counts_to_the_end(folder, preset, trained, monkeypatch):
    monkeypatch.setattr(module, "PROGRESS_SECONDS", 0.0)
    said = []
    Bench(folder, preset, "c", said.append).carry_out()
    assert [row["done"] for row in said] == sorted(row["done"] for row in said)
    assert (said[-1]["done"], said[-1]["total"], said[-1]["seconds_left"]) == (ALL, ALL, 0)


def test_a_data_set_that_is_not_here_is_named_before_anything_trains(preset, monkeypatch):
    def missing(*arguments, **options):
        raise DataError("its files are not here: python -m trainers fetch blobs")

    monkeypatch.setattr(blobs, "split_by_class", missing)
    with pytest.raises(LaunchError, match="blobs: its files are not here"):
        check(preset)


@pytest.mark.parametrize("name", PRESETS.names())
def test_every_preset_makes_a_plan(name):
    preset = PRESETS.get(name)
    assert work(preset).runs >= preset.seeds * len(preset.losses) * len(preset.setups)


def test_the_work_is_counted_before_anything_trains(preset):
    one = preset.model_copy(update={"losses": ("supcon2",), "seeds": 1, "grid_seeds": ()})
    # 60 of 120 samples train, 2 epochs, 2 views
    assert work(one) == (1, 60 * 2 * 2)
    assert work(one).hours(samples_per_second=240) == 1 / 3600
