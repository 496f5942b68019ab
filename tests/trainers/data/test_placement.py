"""Inputs stay as small as they come until a batch reaches the network."""

import numpy as np
import pytest
import torch

from trainers.data.rows import RowsOf
from trainers.placement import PlacedInputs

PICTURES = np.random.default_rng(0).integers(0, 256, (10, 3, 4, 5), dtype=np.uint8)
ROWS = np.array([7, 1, 7, 0])


@pytest.fixture
def mapped(tmp_path):
    """The same pictures in a file, mapped read-only."""
    np.save(tmp_path / "pictures.npy", PICTURES)
    return np.load(tmp_path / "pictures.npy", mmap_mode="r")


def placed(inputs):
    return PlacedInputs(inputs, torch.device("cpu"))


def test_a_batch_of_pictures_is_float_between_0_and_1():
    batch = placed(PICTURES).batch(ROWS)
    assert batch.dtype == torch.float32
    np.testing.assert_array_equal(batch.numpy(), PICTURES[ROWS].astype(np.float32) / 255)


def test_float_inputs_stay_bit_for_bit():
    values = np.random.default_rng(0).normal(size=(10, 6)).astype(np.float32)
    np.testing.assert_array_equal(placed(values).batch(ROWS).numpy(), values[ROWS])


@pytest.mark.filterwarnings("error")
def test_a_mapped_file_gives_the_same_batches_as_memory(mapped):
    assert torch.equal(placed(mapped).batch(ROWS), placed(PICTURES).batch(ROWS))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [3, 10, 99])
def test_chunks_are_all_samples_in_order(mapped, size):
    whole = torch.from_numpy(PICTURES).float() / 255
    for inputs in (PICTURES, mapped, RowsOf(mapped, np.arange(10))):
        assert torch.equal(torch.cat(list(placed(inputs).chunks(size))), whole)


def test_rows_of_a_mapped_file_are_read_when_asked_for(mapped):
    rows = RowsOf(mapped, np.array([9, 8, 2]))
    assert (len(rows), rows.shape, rows.nbytes) == (3, (3, 3, 4, 5), 180)
    np.testing.assert_array_equal(placed(rows).batch(np.array([2, 0])).numpy() * 255, PICTURES[[2, 9]])
    np.testing.assert_array_equal(np.asarray(rows), PICTURES[[9, 8, 2]])


def test_rows_of_a_subset_are_the_subset_of_the_rows(mapped):
    from trainers.data.dataset import Split

    split = Split(RowsOf(mapped, np.array([9, 8, 2])), np.array([0, 1, 0]), np.array([9, 8, 2]))
    np.testing.assert_array_equal(split.subset(np.array([2, 1])).inputs, PICTURES[[2, 8]])
