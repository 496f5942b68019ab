"""What went wrong with a run, in one sentence for the person who launched it; the traceback is in its log."""

from __future__ import annotations

import errno
from collections.abc import Callable

from softsil.errors import SoftsilError
from trainers.config import RunConfig

LONGEST = 300
_Rule = Callable[[BaseException, RunConfig | None], str | None]


def sentence_for(error: BaseException, config: RunConfig | None = None) -> str:
    """What went wrong, with advice where there is any.

    Args:
        error: what ended the run.
        config: its settings, where they could be read.
    """
    found = next((said for rule in _RULES if (said := rule(error, config)) is not None), None)
    return found or f"{type(error).__name__}: {_first_line(error)}; its log has the details"


def _memory(error: BaseException, config: RunConfig | None) -> str | None:
    on_card = type(error).__name__ == "OutOfMemoryError"  # torch's, without importing torch
    # torch says it in these words on Linux and Windows; the system's own error has only the number.
    on_host = isinstance(error, MemoryError) or any(
        words in str(error) for words in ("can't allocate memory", "not enough memory")
    )
    if not (on_card or on_host or getattr(error, "errno", None) == errno.ENOMEM):
        return None
    where = "out of memory on the graphics card" if on_card else "out of memory"
    if config is None:
        return f"{where}; close other programs or train on fewer samples"
    return f"{where} with batch size {config.batch_size}; try {max(2, config.batch_size // 2)}, or a smaller encoder"


def _disk(error: BaseException, config: RunConfig | None) -> str | None:
    if not isinstance(error, OSError):
        return None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space and resume the run"
    name = error.filename or "a file"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{name} cannot be written or read ({error.strerror}); change its permissions and resume the run"
    if isinstance(error, FileNotFoundError):
        return f"{name} is missing; put it back and resume the run"
    return None


def _ours(error: BaseException, config: RunConfig | None) -> str | None:
    return str(error) if isinstance(error, SoftsilError | ArithmeticError) else None


def _compiling(error: BaseException, config: RunConfig | None) -> str | None:
    if (
        config is None
        or not config.compile
        or not type(error).__module__.startswith(("torch._inductor", "torch._dynamo"))
    ):
        return None
    return f"torch.compile failed ({_first_line(error)}); run without compile, or install a C++ compiler"


_RULES: tuple[_Rule, ...] = (_memory, _ours, _disk, _compiling)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:LONGEST]
