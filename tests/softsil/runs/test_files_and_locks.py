"""Atomic writes and kernel locks."""

import errno
import fcntl
import os
import zipfile

import numpy as np
import pytest
from filelock import lock_descriptor

from softsil.errors import RunBusyError, UnreadableFileError
from softsil.runs import files
from softsil.runs.lock import hold, is_held


def test_a_failed_write_keeps_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "status.json"
    files.write_json(path, {"state": "old"})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_json(path, {"state": "new"})
    assert files.read_json(path) == {"state": "old"}
    assert os.listdir(tmp_path) == ["status.json"]


def test_a_reader_in_the_middle_of_a_file_keeps_the_old_one(tmp_path):
    path = tmp_path / "status.json"
    files.write_json(path, {"state": "old"})
    with path.open() as reader:
        files.write_json(path, {"state": "new"})
        assert "old" in reader.read()
    assert files.read_json(path) == {"state": "new"}


def test_json_refuses_nan(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "x.json", {"loss": float("nan")})


def test_arrays_round_trip(tmp_path):
    array = np.arange(6, dtype=np.float16).reshape(2, 3)
    files.write_array(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(files.read_array(tmp_path / "a.npy"), array)


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ids.npy", bytes(10_000))
    with pytest.raises(UnreadableFileError, match="would unpack to"):
        files.read_arrays(tmp_path / "bomb.npz")


def test_a_lock_is_seen_while_held_and_gone_after(tmp_path):
    path = tmp_path / "alive.lock"
    assert not is_held(path)
    with hold(path):
        assert is_held(path)
    assert not is_held(path)


def test_looking_at_a_lock_does_not_take_it(tmp_path):
    path = tmp_path / "alive.lock"
    hold(path).release()
    is_held(path)
    with hold(path, wait_seconds=0):
        assert is_held(path)


def test_a_held_lock_is_refused_to_others(tmp_path):
    with hold(tmp_path / "alive.lock"), pytest.raises(RunBusyError):
        hold(tmp_path / "alive.lock", wait_seconds=0)


def test_a_lock_is_seen_where_only_files_open_for_writing_can_be_locked(tmp_path, monkeypatch):
    def lock_as_nfs_does(descriptor, *, blocking):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        return lock_descriptor(descriptor, blocking=blocking)

    monkeypatch.setattr("softsil.runs.lock.lock_descriptor", lock_as_nfs_does)
    path = tmp_path / "alive.lock"
    with hold(path):
        assert is_held(path)
    assert not is_held(path)


def test_a_leftover_lock_file_means_nothing(tmp_path):
    path = tmp_path / "alive.lock"
    path.write_text("12345")
    assert not is_held(path)
