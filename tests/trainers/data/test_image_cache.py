"""Pictures are decoded once, by one process, and an interrupted decoding goes on."""

import threading

import numpy as np
import pytest

from trainers.data import image_cache
from trainers.data.image_cache import ImageCache
from trainers.data.progress import told_to
from trainers.errors import DataError

SHAPE = (3, 8, 8)


class Source:
    """Ten flat pictures; counts how often each is read."""

    class_names = ("even", "odd")
    train = 8

    def __init__(self, fails_at=None):
        self.reads, self.fails_at = [], fails_at

    def __len__(self):
        return 10

    def read(self, index, shape):
        if index == self.fails_at:
            raise DataError("power cut")
        self.reads.append(index)
        return np.full((*shape[1:], shape[0]), index, np.uint8), index % 2


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(image_cache, "_STEP_BYTES", 4 * 3 * 8 * 8)
    return ImageCache(tmp_path, "flat", SHAPE)


def test_what_was_decoded_is_what_is_read_back(cache):
    found = cache.filled(Source)
    np.testing.assert_array_equal(found.images[:, 0, 0, 0], np.arange(10))
    assert (found.labels.tolist(), found.class_names, found.train) == ([0, 1] * 5, ["even", "odd"], 8)


def test_pictures_are_decoded_once(cache):
    cache.filled(Source)

    def never():
        raise AssertionError("opened again")

    assert len(cache.filled(never).images) == 10


def test_the_images_are_a_file_not_memory(cache):
    images = cache.filled(Source).images
    assert isinstance(images, np.memmap)
    assert not images.flags.writeable


def test_an_interrupted_decoding_goes_on_where_it_was(cache):
    with pytest.raises(DataError, match="power cut"):
        cache.filled(lambda: Source(fails_at=5))
    assert cache.opened() is None
    second = Source()
    found = cache.filled(lambda: second)
    assert sorted(second.reads) == list(range(4, 10))
    np.testing.assert_array_equal(found.images[:, 0, 0, 0], np.arange(10))


def test_another_size_is_another_cache(cache, tmp_path):
    cache.filled(Source)
    assert ImageCache(tmp_path, "flat", (3, 9, 9)).opened() is None
    assert ImageCache(tmp_path, "flat", SHAPE, {"files": "changed"}).opened() is None


def test_two_at_once_decode_once(cache, tmp_path):
    sources, found = [], []

    def open_source():
        sources.append(Source())
        return sources[-1]

    threads = [
        threading.Thread(target=lambda: found.append(ImageCache(tmp_path, "flat", SHAPE).filled(open_source)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sources), len(found)) == (1, 2)


def test_progress_is_told_and_a_listener_can_stop_it(cache):
    told = []

    def listener(sentence):
        told.append(sentence)
        if len(told) == 2:
            raise KeyboardInterrupt

    with told_to(listener), pytest.raises(KeyboardInterrupt):
        cache.filled(Source)
    assert told[0] == "decoding pictures of flat, once for all runs: 4 of 10"


def test_a_full_disk_is_said_before_decoding(cache, monkeypatch):
    monkeypatch.setattr(image_cache, "_SPARE_BYTES", 2**60)
    with pytest.raises(DataError, match=r"need 0\.0 GB, and .* has .* GB left; make room, or choose a smaller image"):
        cache.filled(Source)


def test_a_damaged_cache_is_decoded_anew(cache):
    cache.filled(Source)
    (cache.place / "labels.npy").write_bytes(b"torn")
    assert cache.filled(Source).labels.tolist() == [0, 1] * 5
