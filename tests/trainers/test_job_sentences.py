import errno

import pytest
import torch

from trainers.errors import DataError
from trainers.sentences import sentence_for


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "out of memory with batch size 32; try 16, or a smaller encoder"),
        (
            OSError(errno.ENOMEM, "Cannot allocate memory"),
            "out of memory with batch size 32; try 16, or a smaller encoder",
        ),
        (
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
            "out of memory on the graphics card with batch size 32; try 16, or a smaller encoder",
        ),
        (RuntimeError("not enough memory: 9 bytes"), "out of memory with batch size 32; try 16, or a smaller encoder"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; free some space and resume the run"),
        (DataError("class 'a' has 1 sample(s)"), "class 'a' has 1 sample(s)"),
        (
            OSError(errno.EROFS, "Read-only file system", "runs/a"),
            "runs/a cannot be written or read (Read-only file system); change its permissions and resume the run",
        ),
        (FileNotFoundError(2, "No such file", "data/x.npz"), "data/x.npz is missing; put it back and resume the run"),
        (KeyError("x"), "KeyError: 'x'; its log has the details"),
        (RuntimeError("first line\nsecond line"), "RuntimeError: first line; its log has the details"),
    ],
)
def test_a_failure_is_one_sentence(small_run, error, sentence):
    assert sentence_for(error, small_run()) == sentence


def test_the_words_of_torch_for_a_full_memory_are_known(small_run):
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**14)  # more than any machine has
    assert sentence_for(caught.value, small_run()).startswith("out of memory with batch size 32")


def test_a_failure_before_the_settings_were_read_is_a_sentence_too():
    assert sentence_for(MemoryError()) == "out of memory; close other programs or train on fewer samples"
