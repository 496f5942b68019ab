"""Inputs stay as small as they come until a batch reaches the network."""

import numpy as np
import pytest
import torch

from trainers.data.rows import RowsOf
from trainers.placement import PlacedInputs, as_float

PICTURES = np.random.default_rng(0).integers(0, 256, (10, 3, 4, 5), dtype=np.uint8)
ROWS = np.array([7, 1, 7, 0])


@pytest.fixture
def mapped(tmp_path):
    """The same pictures in a file, mapped read-only."""
    np.save(tmp_path / "pictures.npy", PICTURES)
    return np.load(tmp_path / "pictures.npy", mmap_mode="r")


def placed(inputs):
    return PlacedInputs(inputs, torch.device("cpu"))


def batch_of(inputs, rows):
    (batch,) = inputs.batches([rows])
    return as_float(batch)


def test_a_batch_of_pictures_is_float_between_0_and_1():
    batch = batch_of(placed(PICTURES), ROWS)
    assert batch.dtype == torch.float32
    np.testing.assert_array_equal(batch.numpy(), PICTURES[ROWS].astype(np.float32) / 255)


def test_float_inputs_stay_bit_for_bit():
    values = np.random.default_rng(0).normal(size=(10, 6)).astype(np.float32)
    np.testing.assert_array_equal(batch_of(placed(values), ROWS).numpy(), values[ROWS])


@pytest.mark.filterwarnings("error")
def test_a_mapped_file_gives_the_same_batches_as_memory(mapped):
    assert torch.equal(batch_of(placed(mapped), ROWS), batch_of(placed(PICTURES), ROWS))


def test_batches_read_ahead_come_in_order_and_the_wait_for_them_is_counted(mapped):
    rows = [np.array([number, 9 - number]) for number in range(5)]
    feed = placed(mapped).batches(rows)
    for batch, wanted in zip(feed, rows, strict=True):
        np.testing.assert_array_equal(batch, PICTURES[wanted])
    assert feed.waited > 0


def test_a_file_that_cannot_be_read_ends_the_training_not_the_reader():
    class Broken(RowsOf):
        def __getitem__(self, index):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        next(iter(placed(Broken(PICTURES, np.arange(10))).batches([ROWS])))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [3, 10, 99])
def test_chunks_are_all_samples_in_order(mapped, size):
    whole = torch.from_numpy(PICTURES).float() / 255
    for inputs in (PICTURES, mapped, RowsOf(mapped, np.arange(10))):
        assert torch.equal(torch.cat(list(placed(inputs).chunks(size))), whole)


def test_rows_of_a_mapped_file_are_read_when_asked_for(mapped):
    rows = RowsOf(mapped, np.array([9, 8, 2]))
    assert (len(rows), rows.shape, rows.nbytes) == (3, (3, 3, 4, 5), 180)
    np.testing.assert_array_equal(batch_of(placed(rows), np.array([2, 0])).numpy() * 255, PICTURES[[2, 9]])
    np.testing.assert_array_equal(np.asarray(rows), PICTURES[[9, 8, 2]])


def test_rows_of_a_subset_are_the_subset_of_the_rows(mapped):
    from trainers.data.dataset import Split

    split = Split(RowsOf(mapped, np.array([9, 8, 2])), np.array([0, 1, 0]), np.array([9, 8, 2]))
    np.testing.assert_array_equal(split.subset(np.array([2, 1])).inputs, PICTURES[[2, 8]])
