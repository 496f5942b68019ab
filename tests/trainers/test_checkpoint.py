import pytest
import torch

from softsil.runs.files import read_json
from softsil.runs.paths import RunPaths
from trainers.checkpoint import Checkpoint, CheckpointStore


@pytest.fixture
def store(tmp_path):
    return CheckpointStore(RunPaths(tmp_path, "20260101-000000-run-abcd"))


def checkpoint(epoch, score=0.0):
    return Checkpoint(epoch, {"network.w": torch.full((3,), float(epoch))}, {"step": epoch, "optimizer": {}}, score)


def names(store):
    return sorted(path.name for path in store.folder.iterdir() if path.suffix != ".json")


def flip_a_byte(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 0xFF
    path.write_bytes(data)


def test_what_was_saved_is_loaded(store):
    store.save(checkpoint(4))
    loaded = store.newest()
    assert loaded.epoch == loaded.training["step"] == 4
    torch.testing.assert_close(loaded.weights["network.w"], torch.full((3,), 4.0))


def test_the_last_two_and_the_best_are_kept(store):
    for epoch, score in enumerate([0.1, 0.9, 0.3, 0.4, 0.5]):
        store.save(checkpoint(epoch, score))
    assert {name.split(".")[0] for name in names(store)} == {"epoch_00001", "epoch_00003", "epoch_00004"}
    assert [entry["epoch"] for entry in read_json(store.manifest)["checkpoints"]] == [1, 3, 4]


def test_without_a_checkpoint_there_is_none(store):
    assert store.newest() is None


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
@pytest.mark.parametrize("damage", [flip_a_byte, lambda path: path.write_bytes(b""), lambda path: path.unlink()])
def test_a_damaged_newest_checkpoint_falls_back_to_the_one_before(store, suffix, damage):
    store.save(checkpoint(1))
    store.save(checkpoint(2))
    damage(store.folder / f"epoch_00002{suffix}")
    assert store.newest().epoch == 1
    assert len(store.problems) == 1
    assert f"epoch_00002{suffix}" in store.problems[0]


def test_a_manifest_that_leads_out_of_the_folder_is_not_followed(store, tmp_path):
    store.save(checkpoint(1))
    (tmp_path / "outside.safetensors").write_bytes(b"secret")
    text = store.manifest.read_text().replace("epoch_00001.safetensors", "../../outside.safetensors")
    store.manifest.write_text(text)
    assert store.newest() is None


@pytest.mark.parametrize("entries", ["[{}]", '["epoch"]', '[{"epoch": "1", "score": 0, "sha256": {}}]', "7"])
def test_a_manifest_of_another_shape_counts_as_damaged(store, entries):
    store.save(checkpoint(1))
    store.manifest.write_text(f'{{"checkpoints": {entries}}}')
    assert store.newest() is None
    assert "manifest.json" in store.problems[0]


def test_leftovers_of_a_killed_save_are_swept(store):
    store.save(checkpoint(1))
    (store.folder / ".epoch_00002.pt.tmp-77").write_bytes(b"torn")
    (store.folder / "epoch_00002.safetensors").write_bytes(b"not in the manifest")
    store.save(checkpoint(3))
    assert {name.split(".")[0] for name in names(store)} == {"epoch_00001", "epoch_00003"}


def test_saving_an_epoch_again_drops_what_came_after_it(store):
    for epoch in (1, 2, 3):
        store.save(checkpoint(epoch))
    store.save(checkpoint(2))
    assert store.newest().epoch == 2
