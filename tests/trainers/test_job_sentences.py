import errno

import pytest
import torch

from trainers.errors import DataError
from trainers.job import sentence_for


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "out of memory with batch size 32; try 16"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out of memory with batch size 32; try 16"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: 9 bytes"), "out of memory with batch size 32; try 16"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; free some space and resume the run"),
        (DataError("class 'a' has 1 sample(s)"), "class 'a' has 1 sample(s)"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
)
def test_a_failure_is_one_sentence(small_run, error, sentence):
    assert sentence_for(error, small_run()) == sentence
