import json

import numpy as np
import pytest

from softsil.projection.follow import Follower, related_runs, write_missing_frames
from softsil.projection.quality import jitter
from softsil.projection.registry import METHODS, parse_projection
from softsil.runs.reader import RunReader

UMAP, PCA = parse_projection("umap"), parse_projection("pca")


def frames(reader, projection):
    return [reader.frame(projection.key, epoch) for epoch in reader.frame_epochs(projection.key)]


@pytest.fixture
def run(record, training):
    return RunReader(record(training), record.root)


@pytest.mark.parametrize("projection", [PCA, UMAP], ids=["pca", "umap"])
def test_every_epoch_gets_a_frame_with_its_quality(run, projection):
    assert write_missing_frames(run, projection) == []
    assert run.frame_epochs(projection.key) == run.embedding_epochs()
    quality = run.frame_quality(projection.key, 3)
    assert 0.7 < quality["trustworthiness"] <= 1
    assert 0 < quality["neighbours_kept"] <= 1
    assert quality["previous"] == 2
    assert quality["seconds"] > 0
    assert quality["jitter"] > 0
    assert 0 <= quality["residual"] < 1


def test_the_projection_folder_says_how_it_was_made(run):
    write_missing_frames(run, UMAP)
    config = run.projection_config(UMAP.key)
    assert config.pop("schema") == 1
    assert config.pop("reference") == run.run_id
    assert parse_projection(config) == UMAP


def test_the_first_frame_has_no_jitter(run):
    write_missing_frames(run, PCA)
    assert run.frame_quality(PCA.key, 0)["jitter"] is None


def test_the_same_run_gives_the_same_frames_bit_for_bit(record, training):
    first, second = (RunReader(record(training, first_id=first_id), record.root) for first_id in (0, 1000))
    for reader in (first, second):
        write_missing_frames(reader, UMAP)
    for one, other in zip(frames(first, UMAP), frames(second, UMAP), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("experiments", ["xx", "xy"], ids=["launched together", "launched apart"])
def test_two_identical_runs_overlay_exactly(record, training, experiments):
    first, second = (RunReader(record(training, experiment=name), record.root) for name in experiments)
    for reader in (second, first):
        write_missing_frames(reader, UMAP)
    for one, other in zip(frames(first, UMAP), frames(second, UMAP), strict=True):
        assert np.array_equal(one, other)


def test_an_identical_run_that_is_followed_live_lies_over_an_earlier_one_although_it_skips_epochs(record, training):
    first, second = (RunReader(record(training, experiment=name), record.root) for name in "xy")
    write_missing_frames(first, UMAP)
    write_missing_frames(second, UMAP, newest_first=True)
    for one, other in zip(frames(first, UMAP), frames(second, UMAP), strict=True):
        assert np.array_equal(one, other)


def test_runs_of_an_experiment_that_begin_alike_share_their_first_frame(record, training):
    first = RunReader(record(training, experiment="x"), record.root)
    other = [training[0], *(np.roll(e, 1, axis=1) + e**2 for e in training[1:])]
    second = RunReader(record(other, experiment="x"), record.root)
    for reader in (first, second):
        write_missing_frames(reader, UMAP)
    assert np.array_equal(first.frame(UMAP.key, 0), second.frame(UMAP.key, 0))
    assert not np.array_equal(first.frame(UMAP.key, 3), second.frame(UMAP.key, 3))
    assert first.projection_config(UMAP.key)["reference"] == second.projection_config(UMAP.key)["reference"]


@pytest.mark.parametrize(("projection", "largest"), [(PCA, 0.01), (UMAP, 0.001)], ids=["pca", "umap"])
@pytest.mark.parametrize("experiments", ["xx", "xy"], ids=["launched together", "launched apart"])
def test_a_rotated_copy_of_the_embeddings_gives_the_same_map(
    record, training, rotation, projection, largest, experiments
):
    plain = RunReader(record(training, experiment=experiments[0]), record.root)
    turned = RunReader(record([e @ rotation for e in training], experiment=experiments[1]), record.root)
    for reader in (plain, turned):
        write_missing_frames(reader, projection)
    for one, other in zip(frames(plain, projection), frames(turned, projection), strict=True):
        assert jitter(other, one) < largest


def test_other_seeds_of_an_experiment_are_laid_over_the_reference(record, training):
    generator = np.random.default_rng(5)
    noisy = [e + 0.3 * generator.normal(size=e.shape) for e in training]
    first = RunReader(record(training, experiment="x"), record.root)
    second = RunReader(record(noisy, experiment="x"), record.root)
    apart = [RunReader(record(e, first_id=first_id), record.root) for e, first_id in ((training, 1000), (noisy, 2000))]
    for reader in (first, second, *apart):
        write_missing_frames(reader, UMAP)
    together = jitter(second.frame(UMAP.key, 0), first.frame(UMAP.key, 0))
    assert together < 0.75 * jitter(apart[1].frame(UMAP.key, 0), apart[0].frame(UMAP.key, 0))


def test_runs_of_other_experiments_share_a_map_if_they_watch_the_same_sample(record, training):
    first, second = (RunReader(record(training, experiment=name), record.root) for name in "xy")
    RunReader(record(training, experiment="z", first_id=1000), record.root)
    assert [run.run_id for run in related_runs(second)] == sorted([first.run_id, second.run_id])


def test_no_other_experiment_is_drawn_to_have_an_anchor(record, training):
    first, second = (RunReader(record(training, experiment=name), record.root) for name in "xy")
    write_missing_frames(second, UMAP)
    assert first.projections() == []
    assert second.projection_config(UMAP.key)["reference"] == second.run_id


def test_a_still_training_is_a_still_map(record, training):
    reader = RunReader(record([training[4]] * 3), record.root)
    write_missing_frames(reader, UMAP)
    assert reader.frame_quality(UMAP.key, 2)["jitter"] == 0


def test_a_torn_snapshot_is_skipped_and_said(run):
    path = run.paths.embeddings(3)
    path.write_bytes(path.read_bytes()[:200])
    problems = write_missing_frames(run, UMAP)
    assert len(problems) == 1
    assert "epoch_00003.npy" in problems[0]
    assert run.frame_epochs(UMAP.key) == [0, 1, 2, 4, 5, 6]


def test_a_snapshot_with_nan_is_skipped_and_said(run, training):
    broken = training[0].copy()
    broken[1] = np.nan
    np.save(run.paths.embeddings(0), broken)
    assert "finite" in write_missing_frames(run, PCA)[0]
    assert run.frame_epochs(PCA.key) == [1, 2, 3, 4, 5, 6]


def test_a_repaired_snapshot_gets_its_frame(run):
    path = run.paths.embeddings(3)
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    follower = Follower(run, PCA)
    for epoch in follower.pending():
        follower.write(epoch)
    assert follower.pending() == []
    path.write_bytes(whole)
    assert follower.pending() == [3]


def test_a_restart_continues_where_it_ended(record, training):
    whole, halved = (RunReader(record(training, first_id=first_id), record.root) for first_id in (0, 1000))
    write_missing_frames(whole, UMAP)
    follower = Follower(halved, UMAP)
    for epoch in (0, 1, 2):
        follower.write(epoch)
    write_missing_frames(halved, UMAP)
    for one, other in zip(frames(whole, UMAP), frames(halved, UMAP), strict=True):
        assert np.array_equal(one, other)


def test_a_running_job_gets_its_newest_frame_before_the_gaps(run):
    follower = Follower(run, UMAP)
    assert follower.pending(newest_first=True)[0] == 0
    follower.write(0)
    assert follower.pending(newest_first=True) == [6, 1, 2, 3, 4, 5]
    follower.write(6)
    assert follower.pending(newest_first=True) == [1, 2, 3, 4, 5]


def test_a_filled_gap_starts_from_the_frame_before_it_and_corrects_the_jitter_after_it(run):
    follower = Follower(run, UMAP)
    for epoch in (0, 6):
        follower.write(epoch)
    skipping = run.frame_quality(UMAP.key, 6)
    for epoch in (1, 2, 3, 4, 5):
        follower.write(epoch)
    filled = run.frame_quality(UMAP.key, 6)
    assert (skipping["previous"], filled["previous"]) == (0, 5)
    assert filled["jitter"] == pytest.approx(jitter(run.frame(UMAP.key, 6), run.frame(UMAP.key, 5)), abs=1e-4)
    assert filled["trustworthiness"] == skipping["trustworthiness"]


def test_a_frame_can_be_written_at_once_and_measured_later(run):
    follower = Follower(run, PCA)
    follower.write(0, measure=False)
    assert "trustworthiness" not in run.frame_quality(PCA.key, 0)
    follower.measure(0)
    assert run.frame_quality(PCA.key, 0)["trustworthiness"] > 0.5
    assert follower.unmeasured == []


def test_a_run_that_was_deleted_meanwhile_does_not_come_back(run, monkeypatch):
    spec = METHODS.get("pca")
    removed = run.paths.folder.with_name("gone")

    def project(*arguments):
        run.paths.folder.rename(removed)
        return spec.project(*arguments)

    monkeypatch.setattr(
        "softsil.projection.registry.METHODS.get", lambda name: spec.__class__(**{**vars(spec), "project": project})
    )
    assert not Follower(run, PCA).write(0, [run])
    assert not run.paths.folder.exists()


def test_measuring_a_run_that_is_deleted_meanwhile_does_not_bring_it_back(run, monkeypatch):
    follower = Follower(run, PCA)
    follower.write(0, measure=False)

    def measure(*arguments):
        run.paths.folder.rename(run.paths.folder.with_name("gone"))
        return {"trustworthiness": 1.0}

    monkeypatch.setattr("softsil.projection.follow.measure_map", measure)
    follower.measure(0)
    assert not run.paths.folder.exists()


def test_quality_files_are_plain_json(run):
    write_missing_frames(run, PCA)
    content = json.loads(run.paths.frame_quality(PCA.key, 2).read_text())
    assert {"epoch", "method", "trustworthiness", "neighbours_kept", "jitter", "residual", "seconds"} <= content.keys()


def test_a_run_without_embeddings_needs_nothing(record, training):
    reader = RunReader(record(training[:1]), record.root)
    reader.paths.embeddings(0).unlink()
    assert write_missing_frames(reader, UMAP) == []
    assert reader.projections() == []


def test_a_run_that_watches_other_points_gets_a_map_of_its_own(record, training):
    first = RunReader(record(training, experiment="x"), record.root)
    second = RunReader(record([e[:100] for e in training], experiment="x"), record.root)
    for reader in (first, second):
        write_missing_frames(reader, UMAP)
    assert second.projection_config(UMAP.key)["reference"] == second.run_id
    assert second.frame(UMAP.key, 6).shape == (100, 2)
