"""One of the other processes of a run: ``python -m trainers.team.member RUN_FOLDER RANK SIZE DEVICE PORT``.

Started by the run's first process (`trainers.team.crew`), it takes part until its standard input ends. Its standard
output is for one sentence, on why it failed; everything else it prints goes where its errors go.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import IO, NoReturn

from softsil.runs.paths import RunPaths
from trainers.config import RunConfig, read_run
from trainers.sentences import sentence_for
from trainers.team.crew import DATA_IS_HERE, SETTLE_SECONDS, ready


def main(arguments: list[str]) -> NoReturn:
    """Take part, then wait to be let go."""
    folder, rank, size, device, port = arguments
    words = _kept_for_words()
    watch = threading.Thread(target=_leave_with_the_first)
    watch.start()
    paths, config = RunPaths(Path(folder).parent, Path(folder).name), None
    try:
        config = read_run(paths)
        _take_part(paths, config, int(rank), int(size), device, int(port))
    except Exception as error:
        if isinstance(error, RuntimeError):  # perhaps only because another process is gone, which then is the cause
            time.sleep(SETTLE_SECONDS)
        traceback.print_exc()
        words.write(sentence_for(error, config))
        words.flush()
        os._exit(1)
    watch.join()
    os._exit(0)


def _take_part(paths: RunPaths, config: RunConfig, rank: int, size: int, device: str, port: int) -> None:
    from trainers.compute import prepare_torch
    from trainers.team.follower import Follower
    from trainers.team.meeting import Meeting
    from trainers.team.share import Team, join

    prepare_torch(config, device)
    meeting = Meeting(port)
    meeting.wait_for(DATA_IS_HERE)
    spec, settings = config.data_entry

    def join_team() -> Team:
        meeting.tell(ready(rank))
        return join(meeting, rank, size, device)

    follower = Follower(config, spec.load(settings), paths, device, join_team)
    follower.restore()
    follower.run()


def _leave_with_the_first() -> None:
    """The pipe closes when the first process closes it, or dies: nothing here is worth keeping then."""
    sys.stdin.buffer.read()
    os._exit(0)


def _kept_for_words() -> IO[str]:
    words = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return words


if __name__ == "__main__":
    main(sys.argv[1:])
